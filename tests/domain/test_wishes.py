"""What a text asks for, in seven languages, and what only sounds like it."""

import pytest

from app.domain.wishes import Wish, read_wish

ENGLISH_STOPS = """
stop|STOP|Stop.|"STOP"|StopAll|unsubscribe|Cancel|END|quit|revoke|optout|opt-out|Opt out|OPT - OUT|STOP!!!
stop please|Please stop|stop 🛑|ｓｔｏｐ|STOP STOP STOP|ok stop|stop it|Stop thanks|pls stop now|I said stop
unsubscribe me please|please stop texting me|Stop sending me these messages|stop texting
can you please stop messaging this number?|take me off your list|Please remove me from this list
remove my number|remove me|take my number off your list please|Don't text me again|do not contact me
dont message me anymore|never text me again|Don’t send me any more texts
I don't want any more of your messages|I no longer wish to receive these|i dont want to get texts from you
No more texts|no more messages please|leave me alone|opt me out|I want to opt out|I'd like to unsubscribe
why don't you stop texting me|please stop with the spam|stop all these annoying texts|cancel my subscription
lose my number|Who is this? Stop texting me!|Hi, I moved away. Please take me off the list.
how do i unsubscribe?|i revoke my consent|STOP. Do not text me again.|stop all contact|please just stop
"""
ENGLISH_NOT_STOPS = """
don't stop|Please don't stop texting me|dont stop|never stop|Can't stop laughing|I can't stop|stop by the shop
I'll stop by later|Should I stop by the shop tomorrow?|which bus stop?|a non-stop flight
Is there a stop at Main St?|cancel my order|please cancel my appointment for Tuesday|the end
at the end of the week|do not remove me from the list|don't take me off your list|When does the sale stop?
Did it stop raining|I won't unsubscribe|send me more|Love these texts!|text me when it is ready
quit your job they said|yes please call me|no|ok thanks|what is this about|I ended up buying two|stopwatch
help me choose|the offer ends when?|I stopped at your store||   |😀|I did not get the text
do you have more information|please send the info
"""

SPANISH_STOPS = """
ALTO|Baja|BAJA por favor|parar|Cancelar|basta|¡Basta!|salir|no más|darme de baja|baja gracias|stop por favor
dame de baja|Quiero darme de baja|denme de baja por favor|Dejen de enviarme mensajes|Deja de escribirme
paren de mandarme sms|no me envíen más mensajes|No me mandes más|no me escriban más|no me molesten
no quiero recibir más mensajes|No quiero más publicidad|no más mensajes por favor|sáquenme de la lista
Quítame de su lista|elimínenme|borren mi número|quiero desuscribirme|cancelar mi suscripción
Hola, quiero cancelar la suscripción|déjenme en paz|¿Cómo puedo desuscribirme?
"""
SPANISH_NOT_STOPS = """
la baja|no quiero perderme más ofertas|¿ya no hay más ofertas?|sin parar|Alto en azúcar
no pares|No paren|parada de autobús|¿Dónde está la parada?|no me des de baja|no quiero darme de baja
planta baja|Baja California|¿Cuándo baja el precio?|estoy de baja médica|alto ahí, ¿cuánto cuesta?
quiero cancelar mi pedido
no dejen de enviarme ofertas|no me envíes el paquete a casa|¿para qué sirve?|Para mañana está bien|muy alto el precio
no me quites de la lista|quiero más mensajes|No he recibido el mensaje|no quiero el rojo, quiero el azul|sí|no gracias
no me molesta esperar|ya salí de casa
"""
FRENCH_STOPS = """
ARRET|Arrêt|ARRÊTEZ|arrete|Arrett|désabonner|Désabonnement|désinscription|STOP SMS|stop pub|Stop svp|stop merci
Arrêt s'il vous plaît|désabonnez-moi|Je veux me désabonner|me désinscrire|Arrêtez de m'envoyer des messages
arrête de m’écrire|Merci d'arrêter les SMS|cessez vos messages|Ne m'envoyez plus de messages|ne m'écrivez plus
N'envoyez plus de SMS|Je ne veux plus recevoir de messages|je ne souhaite plus recevoir vos offres|plus de pub
Retirez-moi de la liste|Supprimez mon numéro|enlevez-moi de votre liste svp|laissez-moi tranquille
résilier mon abonnement
"""
FRENCH_NOT_STOPS = """
Plus de promos svp !|enlève-moi un doute|envoyez plus de promos|je ne veux pas avoir de retard
je ne veux pas manquer vos offres
N'arrêtez pas|n'arrête pas de m'écrire|arrêt de bus|Où est l'arrêt du tram ?|ne me désabonnez pas
Je ne veux pas me désabonner
annuler ma commande|j'arrête le sport|Je suis en arrêt de travail|je veux plus d'informations|plus de détails svp
Je n'ai plus de batterie|il n'y a plus de stock ?|merci|oui|Je n'ai pas reçu le message|envoyez-moi plus de messages
ne retirez pas mon nom|Je passe vous voir|je ne veux pas le bleu
"""
GERMAN_STOPS = """
STOPP|Stopp!|Abmelden|ABMELDUNG|abbestellen|kündigen|Bitte abmelden|stop bitte|Stopp danke|Bitte keine SMS mehr
keine Nachrichten mehr|Bitte keine Werbung|Hört auf mir zu schreiben|Hören Sie bitte auf|schreibt mir nicht mehr
Schreiben Sie mir bitte nie wieder|Schicken Sie mir keine Nachrichten mehr|Ich möchte keine SMS mehr
Ich will nichts mehr von euch|Melden Sie mich ab|meldet mich bitte ab|Löschen Sie meine Nummer
nehmt mich von der Liste
Bitte löscht mich aus dem Verteiler|Ich möchte mich abmelden|Newsletter abbestellen|Lasst mich in Ruhe
Hiermit widerrufe ich meine Einwilligung
"""
GERMAN_NOT_STOPS = """
Ich melde mich|Meldet mich bitte an|Tragt mich bitte ein|Ich will keine Angebote verpassen
Schickt mir keine Rechnung mehr per Post
hört nicht auf|Bitte nicht abmelden|Ich will mich nicht abmelden|Stoppschild|Stoppuhr|nicht stoppen|Ende der Woche
Ich habe keine Nachricht bekommen|Meine Bestellung kündigen?|am Ende war es gut|ich melde mich später
Melde mich morgen
Habt ihr keine Angebote?|löscht meine Daten nicht|ja|nein danke|Wo ist die Haltestelle?|keine Ahnung|Mehr Infos bitte
Wann hört der Verkauf auf?|Ich möchte das rote
"""
PORTUGUESE_STOPS = """
PARAR|Pare|SAIR|Cancelar|descadastrar|remover|Quero sair|parar por favor|sair obrigado|Pare de me enviar mensagens
parem de me mandar sms|Parem com as mensagens|Não me enviem mais mensagens|não me mande mais|não envie mais
Não me escrevam mais|Não quero mais receber mensagens|não quero receber mais SMS|chega de mensagens|me tire da lista
Por favor, me remova da sua lista|remova meu número|quero me descadastrar|cancelar minha inscrição|me deixe em paz
Quero cancelar a assinatura
"""
PORTUGUESE_NOT_STOPS = """
Chega quando?|não tem mais promoções?|não quero perder mais ofertas
não pare|Não parem de me mandar ofertas|parada de ônibus|Onde fica a parada?|não quero sair da lista
não me tirem da lista
cancelar meu pedido|quero cancelar o pedido|Vou sair agora|para mim está bom|Para quando?|quero mais mensagens
não recebi a mensagem|sim|não obrigado|não mande o pacote hoje|Saí de casa|comparar preços
"""
ITALIAN_STOPS = """
FERMA|Basta|BASTA!|annulla|cancellami|disiscrivimi|Disiscrizione|rimuovimi|disdetta|basta grazie|stop per favore
Basta messaggi|basta con i messaggi|Smettetela di scrivermi|smetti di mandarmi sms|Non mandatemi più messaggi
Non scrivetemi più|non inviatemi più offerte|non contattatemi più|Non voglio più ricevere messaggi
non voglio ricevere più sms
non voglio più messaggi|cancellatemi dalla lista|Rimuovetemi dalla vostra lista|cancellate il mio numero
Vorrei disiscrivermi|annullare l'iscrizione|revoco il consenso|lasciatemi in pace
"""
ITALIAN_NOT_STOPS = """
non ho nessun messaggio|non voglio perdere le offerte|Non ci sono più offerte?
non smettete|non smettere di scrivermi|Non fermarti|fermata dell'autobus|Dov'è la fermata?
non cancellatemi dalla lista
non voglio disiscrivermi|annullare il mio ordine|basta che arrivi domani|Quanto basta|non ho ricevuto il messaggio
Voglio più messaggi|sì|no grazie|mi fermo in negozio|cancella l'ordine|non mandate il pacco oggi
"""
DUTCH_STOPS = """
STOPPEN|Afmelden|AFMELDEN aub|uitschrijven|opzeggen|annuleren|meld af|stop aub|Stop bedankt|Meld me af
Graag afmelden|stop met berichten sturen|Stop met mij te sms'en|Hou op met die berichten|geen berichten meer
Geen sms meer aub|Stuur me geen berichten meer|stuur mij niets meer|sms me niet meer|Mail mij nooit meer
Ik wil geen berichten meer|ik wil niets meer van jullie ontvangen|Haal me van de lijst|Schrijf mij uit
Verwijder mijn nummer
ik wil me afmelden|laat me met rust|nieuwsbrief opzeggen
"""
DUTCH_NOT_STOPS = """
meld me aan aub|schrijf me in|ik wil geen aanbiedingen missen|hebben jullie geen aanbiedingen?
hou me op de hoogte van de aanbiedingen|schrijf me aub
niet stoppen|Stop niet|niet afmelden aub|Ik wil me niet afmelden|bushalte|Waar stopt de bus?|mijn bestelling annuleren
Ik heb geen bericht gekregen|geen idee|ik meld me later|Haal me niet van de lijst|stoptrein|ja|nee bedankt
meer informatie graag
Wanneer stopt de actie?|ik kom langs de winkel
"""
STOPS = ENGLISH_STOPS + SPANISH_STOPS + FRENCH_STOPS + GERMAN_STOPS + PORTUGUESE_STOPS + ITALIAN_STOPS + DUTCH_STOPS
NOT_STOPS = (
    ENGLISH_NOT_STOPS
    + SPANISH_NOT_STOPS
    + FRENCH_NOT_STOPS
    + GERMAN_NOT_STOPS
    + PORTUGUESE_NOT_STOPS
    + ITALIAN_NOT_STOPS
    + DUTCH_NOT_STOPS
)
STARTS = """
start|START|Unstop|yes|Yes!|start please|ALTA|Iniciar|reanudar|Démarrer|reprendre|réabonner|Starten|anmelden|começar
Inscrever
Iscrivimi|riprendi|aanmelden|hervatten
"""
HELPS = "help|HELP|Info|help?|AYUDA|Aide|¿Ayuda?|hilfe|Hilfe bitte|ajuda|Aiuto!|hulp"


def listed(block):
    return [one for line in filter(None, block.splitlines()) for one in line.split("|")]


@pytest.mark.parametrize("text", listed(STOPS))
def test_plain_words_and_plain_sentences_say_stop(text):
    assert read_wish(text) is Wish.STOP


@pytest.mark.parametrize("text", listed(NOT_STOPS))
def test_other_sentences_say_no_such_thing(text):
    assert read_wish(text) is None


@pytest.mark.parametrize("text", listed(STARTS))
def test_some_words_take_it_back(text):
    assert read_wish(text) is Wish.START


@pytest.mark.parametrize("text", listed(HELPS))
def test_some_words_ask_for_help(text):
    assert read_wish(text) is Wish.HELP


LONG = [
    "stop " * 100_000,
    "do not " * 50_000,
    "a" * 1_000_000,
    "\0stop\u202e",
    "\ud800",
    "no me " * 9_000,
    "geen " * 9_000,
]
LONG += ["meld mij " * 9_000, "keine mehr " * 9_000, "nao mais " * 9_000, "non mi " * 9_000, "plus de " * 9_000]


@pytest.mark.parametrize("text", LONG)
def test_a_text_of_any_length_and_any_letters_is_read_in_no_time(text):
    assert read_wish(text) in {None, Wish.STOP}
