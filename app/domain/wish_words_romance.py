"""The same words and sentences in Spanish, French, Portuguese and Italian; see ``wish_words``."""

from app.domain.wish_words import language

_MENSAJES = (
    r"(?:(?:mas|sus|tus|estos|esos|los|ningun|otro|vuestros|tanto|tantos) )*"
    r"(?:sms|mms|mensajes?|msjs?|textos?|correos?|emails?|mails?|promociones|promos?|ofertas|publicidad|propaganda"
    r"|notificaciones|avisos|alertas|anuncios|spam)"
)
SPANISH = language(
    stops="alto|baja|parar|cancelar|cancela|detener|detente|basta|salir|anular|no mas|darme de baja|desuscribir"
    "|desuscribirme|eliminar",
    plain="alto baja parar basta desuscribir desuscribirme desuscribanme",
    kind="buenas buenos dias favor gracias hola mensaje mensajes ok por quiero sms ya",
    starts="alta|iniciar|comenzar|empezar|reanudar|suscribir|suscribirme",
    helps="ayuda|informacion",
    sentences=(
        r"\b(?:dej(?:a|e|en|ad|ar)|par(?:a|e|en|ad|ar)|ces(?:a|e|en|ar)|basta) (?:ya )?de"
        r" (?:envi|mand|escrib|contact|molest|llam|textear)\w*(?:me|nos)\b",
        rf"\b(?:dej(?:a|e|en|ad)|par(?:a|e|en|ad)|basta) (?:ya )?(?:de|con) (?:enviar |mandar )?{_MENSAJES}\b",
        rf"\b(?:no|nunca) (?:me|nos) (?:envi|mand)(?:e|es|en|eis) (?:nunca |ya )?(?:nada )?(?:{_MENSAJES}\b|mas$"
        rf"|nada$)",
        r"\b(?:no|nunca) (?:me|nos) (?:escrib(?:a|as|an|ais)|contact(?:e|es|en|eis)|molest(?:e|es|en|eis))"
        r"(?: (?:mas|nunca|jamas|por favor))*$",
        rf"\bno (?:quiero|queremos|deseo|deseamos)(?: (?:recibir|tener|ver))?(?: mas)? {_MENSAJES}\b",
        r"\bno (?:quiero|deseo) (?:recibir|saber) (?:nada )?mas(?: de (?:ustedes|vosotros|ti|usted))?$",
        rf"\b(?:no|ni un) mas {_MENSAJES}\b",
        r"\b(?:dame|darme|deme|denme|dadme|darnos|denos|dennos) de baja\b",
        r"\b(?:quiero|quisiera|solicito|pido|deseo) (?:la |mi )?baja$",
        r"\b(?:borr|elimin|quit|sac|saqu|remuev)\w*(?:me|nos)"
        r"(?: de (?:la|su|tu|sus|esta|vuestra) (?:lista|listas|base)\b| por favor$| ya$|$)",
        r"\b(?:borr|elimin|quit|sac|saqu)\w* mi numero\b",
        r"\b(?:quiero|deseo|como|puedo) (?:desuscrib|cancelar (?:la |mi |esta )?su[bs]?scripcion)\w*",
        r"\b(?:cancel|anul)(?:ar|a|e|en|ad) (?:mi|la|esta) su[bs]?scripcion\b|\bdesuscrib(?:ir|a|an|e)(?:me|nos)\b",
        r"\bdej(?:a|e|en|ad)(?:me|nos) en paz\b",
    ),
    not_meant=r"\b(?:no|nunca)(?: (?:me|nos|te|lo|quiero|deseo|voy a|pienso|puedo|queremos))*"
    r" (?:par|dej|ces|cancel|elimin|quit|borr|sac|saqu|remuev|de(?:s|n|is)?\b|dar|desuscrib|anul)",
)

_DES_MESSAGES = (
    r"(?:(?:de|des|du|vos|tes|ces|les|aucun|autres?|plus) )*"
    r"(?:sms|mms|messages?|msg|textos?|mails?|emails?|courriels?|pubs?|publicites?|promos?|promotions?|offres"
    r"|notifications?|alertes?|spams?)"
)
FRENCH = language(
    stops="arret|arrete|arrett|arreter|arretez|desabonner|desabonnement|desabonnez moi|desinscrire|desinscription"
    "|annuler|resilier|stop sms|stop pub|me desabonner|me desinscrire",
    plain="arret arrete arretez desabonner desabonnement desinscription",
    kind="a bonjour bonsoir de je la le les me merci moi plait pub s sil sms sv svp te toute tout veux voudrais vous",
    starts="demarrer|commencer|reprendre|abonner|reabonner|me reabonner",
    helps="aide|aidez moi",
    sentences=(
        r"\b(?:d?arrete[rz]?|cesse[rz]?) (?:tout de suite )?(?:s(?:il)? (?:vous|te) plait |svp )?(?:de |d)"
        r"(?:(?:me |m|nous )(?:envoy|ecri|contact|harcel|spam|embet|derang|sollicit)|envoyer)",
        rf"\b(?:d?arrete[rz]?|cesse[rz]?|stop aux?|marre de) (?:avec )?{_DES_MESSAGES}\b",
        r"\b(?:me |m|nous )(?:envoie[sz]?|envoyez|ecri[stvez]+|contacte[sz]?|derange[sz]?|sollicite[sz]?) plus\b",
        rf"\bn(?:e )?envoye[sz]? plus {_DES_MESSAGES}\b",
        rf"\bne (?:veux|souhaite|desire|voulons) (?:plus|pas) (?:(?:recevoir|avoir|voir) )?{_DES_MESSAGES}\b",
        r"\bne (?:veux|souhaite|desire|voulons) (?:plus|pas) (?:(?:rien )?recevoir(?: de vous)?$|etre contacte)",
        # "Plus de promos" may ask for more of them.
        rf"^plus aucun {_DES_MESSAGES}\b|^plus de (?:pubs?|publicites?|spams?)\b",
        r"\b(?:desabonne|desinscri)\w* ?(?:moi|nous)\b|\b(?:me |m|nous )(?:desabonner|desinscrire)\b",
        r"\b(?:retire|enleve|supprime|efface|raye|ote)[rz]? ?"
        r"(?:(?:moi|nous)(?:$| (?:d[eu]|svp|s|sil|immediatement)\b)|mon (?:numero|nom|adresse)\b)",
        r"\b(?:me |m)(?:retirer|enlever|supprimer|rayer) de (?:la|votre|vos|cette|ta) (?:liste|listes|base)\b",
        r"\b(?:resili|annul)\w+ (?:mon|l) ?abonnement\b",
        r"\b(?:laisse[sz]?|fiche[sz]?|foute[sz]?) ?(?:moi|nous) (?:tranquilles?|en paix|la paix)\b",
    ),
    not_meant=r"\b(?:ne |n)?(?:me |m|te |vous |nous |l)?(?:arret|cess|desabonn|desinscri|retir|enlev|supprim|annul)\w+"
    r" (?:pas|jamais|surtout pas)\b"
    r"|\b(?:veux|souhaite|vais|voudrais) pas (?:que )?(?:me |m|vous )?(?:arret|cess|desabonn|desinscri|resili|annul)"
    r"|\barret (?:de (?:bus|tram|travail|jeu)|du (?:bus|tram|metro))\b|\bvous (?:me |m|nous )",
)

_MENSAGENS = (
    r"(?:(?:mais|suas|seus|essas|esses|estas|estes|as|os|nenhuma?|outras?|tantas) )*"
    r"(?:sms|mms|mensagens?|msgs?|textos?|e ?mails?|promocoes|promos?|ofertas?|propagandas?|publicidade|notificacoes"
    r"|alertas?|anuncios|spam)"
)
PORTUGUESE = language(
    stops="parar|pare|sair|cancelar|cancela|cancele|descadastrar|remover|basta|encerrar|quero sair|me tira",
    plain="parar pare sair descadastrar",
    kind="boa bom dia favor me mensagem mensagens obrigada obrigado oi ok ola por quero sms tarde",
    starts="iniciar|comecar|retomar|inscrever|cadastrar",
    helps="ajuda|informacao",
    sentences=(
        r"\b(?:pare|parem|para|deixe|deixem|cesse|cessem)(?: ja)? (?:com|de) (?:me |nos )?"
        rf"(?:(?:envi|mand|escrev|contat|contact|incomod|perturb|chat)\w+|{_MENSAGENS})\b",
        rf"\b(?:nao|nunca)(?: mais)? (?:me |nos )?(?:envi(?:e|em)|mand(?:e|em|a))(?: ?(?:me"
        rf"|nos))?(?: mais)?(?: {_MENSAGENS}\b|$)",
        r"\b(?:nao|nunca)(?: mais)? (?:me |nos )?(?:escrev(?:a|am)|contat(?:e|em)|contact(?:e|em)|incomod(?:e|em)"
        r"|perturb(?:e|em))"
        r"(?: ?(?:me|nos))?(?: (?:mais|nunca|por favor))*$",
        rf"\bnao (?:quero|queremos|desejo|gostaria de)(?: mais)?(?: (?:receber|ter"
        rf"|ver))?(?: mais)? (?:{_MENSAGENS}\b|nada$)",
        r"\bnao (?:quero|desejo) mais receber\b|\bnao (?:quero|desejo) receber mais\b",
        rf"\b(?:chega de|basta de|sem mais|nada de) {_MENSAGENS}\b",
        r"\b(?:me (?:tir|remov|retir|exclu|descadastr|apag)(?:a|e|am|em|ar|er|ir|ire|irem|ia)?"
        r"|(?:tir|remov|retir|exclu|descadastr)\w*me) (?:(?:d[aeo]s?|desta|dessa|sua|suas|lista|por) ?)",
        r"\b(?:me descadastr|descadastr\w*me|quero (?:me )?descadastr)\w*",
        r"\b(?:remov|tir|apag|exclu)\w+ (?:o )?meu (?:numero|telefone|contato|nome)\b",
        r"\b(?:quero|gostaria de) (?:cancelar|sair|parar)(?: (?:de receber|da lista|a inscricao|minha inscricao))\b",
        r"\bcancel(?:e|em|ar|a) (?:a |minha |a minha )?(?:inscricao|assinatura|subscricao)\b",
        r"\bme deix(?:a|e|em) em paz\b|\bdeix\w+me em paz\b",
    ),
    not_meant=r"\b(?:nao|nunca)(?: (?:me|nos|quero|vou|posso|desejo|pretendo|queremos))*"
    r" (?:par|deix|cess|cancel|sai|tir|remov|retir|exclu|descadastr|apag)",
)

_MESSAGGI = (
    r"(?:(?:piu|vostri|tuoi|suoi|questi|altri|i|dei|di|con|nessun|tutti) )*"
    r"(?:sms|mms|messaggi(?:o|ni)?|msg|testi|e ?mails?|promozioni|promo|offerte|pubblicita|notifiche|avvisi|spam"
    r"|newsletter)"
)
ITALIAN = language(
    stops="ferma|fermare|fermate|basta|annulla|annullare|cancella|cancellami|cancellare|disiscrivi|disiscrivimi|disiscrizione"
    "|disdici|disdire|disdetta|rimuovi|rimuovimi|stoppa|esci|basta sms",
    plain="basta disiscrivi disiscrivimi disiscrizione cancellami rimuovimi",
    kind="buongiorno ciao favore grazie i messaggi mi ora per piacere sms subito vi voglio",
    starts="inizia|iniziare|avvia|riprendi|iscrivi|iscrivimi|riattiva",
    helps="aiuto|informazioni",
    sentences=(
        r"\b(?:smett(?:i|ete|ila|etela|a|ano)|finite?la|finiscila|basta)(?: subito)? (?:di|con|a) (?:mandar|inviar"
        r"|scriver|contattar"
        r"|disturbar|tormentar|spammar|chiamar)",
        rf"\b(?:basta|stop|ferma(?:te)?|smett(?:i|ete) con|^niente piu|^nessun altro) (?:con )?{_MESSAGGI}\b",
        rf"\bnon (?:mi |ci )?(?:mand(?:are|ate|i|arm\w*)|invi(?:are|ate|i"
        rf"|arm\w*))(?: ?mi)?(?: piu)?(?: {_MESSAGGI}\b| niente$|$)",
        r"\bnon (?:mi |ci )?(?:scriv(?:ere|ete|a|erm\w+|etem\w+)|contatt(?:are|ate|i|arm\w+|atem\w+)|disturb(?:are"
        r"|ate|i|arm\w+|atem\w+))"
        r"(?: (?:piu|mai|per favore))*$",
        rf"\bnon (?:voglio|vogliamo|desidero|intendo|vorrei)(?: piu)?(?: (?:ricevere|avere"
        rf"|vedere))?(?: piu)? (?:{_MESSAGGI}\b|niente$|nulla$)",
        r"\bnon (?:voglio|desidero|intendo) (?:piu ricevere|ricevere piu)\b",
        r"\b(?:cancell|rimuov|toglie?|elimin)\w*(?:mi|temi|ci|tm)"
        r"(?: subito)? (?:da(?:l|i|lla|lle|gli|ll\w+)?|per favore|grazie)\b",
        r"\b(?:cancell|rimuov|togli|elimin)\w* il mio (?:numero|nome|contatto)\b",
        r"\bdisiscriv\w+\b|\bdisiscrizione\b",
        r"\b(?:annull|disd|cancell)\w+ (?:la mia |la |l|liscrizione|labbonamento)(?: ?(?:iscrizione|abbonamento"
        r"|sottoscrizione))?$",
        r"\b(?:revoco|ritiro) il (?:mio )?consenso\b",
        r"\blasci(?:a|ate|atem)(?:mi|i)? in pace\b",
    ),
    not_meant=r"\bnon(?: (?:mi|ci|ti|vi|voglio|vorrei|devi|dovete|posso))* (?:smett|ferm|cancell|rimuov|togli|elimin"
    r"|disiscriv"
    r"|annull|disd|finir|bast|lasci)",
)
