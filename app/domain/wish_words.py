"""The words and sentences by which people say stop, start and help, language by language.

Texts are compared without capitals, accents, apostrophes and hyphens: ``N'envoyez plus`` stands here as ``nenvoyez
plus``. Where a word may as well be about an order or a film, it is a wish only when nothing else is said.

Sources of the words: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out,
https://www.twilio.com/docs/proxy/opt-out-keywords (French),
https://www.twilio.com/help/faq/short-codes/what-are-the-requirements-for-a-spanish-language-short-code and
https://docs.aws.amazon.com/sms-voice/latest/userguide/keywords-required.html
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """How one language says it."""

    stops: frozenset[str]
    """What means stop where nothing else is said; of several words, too."""
    plain: frozenset[str]
    """Words that mean it among ``kind`` ones, too."""
    kind: frozenset[str]
    """Words around a stop that change nothing about it."""
    starts: frozenset[str]
    helps: frozenset[str]
    sentences: re.Pattern[str]
    """What a clause has in it that says stop."""
    not_meant: re.Pattern[str]
    """What it has in it when it only sounds like that."""


def language(
    *, stops: str, plain: str, kind: str, starts: str, helps: str, sentences: tuple[str, ...], not_meant: str
) -> Language:
    """Return a language from words with ``|`` or blanks between them and patterns; "stop" is a word of all of them."""
    return Language(
        frozenset(stops.split("|")) | {"stop"},
        frozenset(plain.split()) | {"stop"},
        frozenset(kind.split()),
        frozenset(starts.split("|")),
        frozenset(helps.split("|")),
        re.compile("|".join(sentences)),
        re.compile(not_meant),
    )


_THEM = (
    r"(?:(?:all|any|of|the|these|those|this|your|ur|my|more|such|stupid|annoying|spam|further|future|marketing|promo"
    r"|promotional|daily|weekly|constant) )*"
    r"(?:texts?|txts?|messages?|messaging|msgs?|sms|mms|spam|emails?|mails?|alerts?|notifications?|updates?|offers?"
    r"|ads?"
    r"|promos?|promotions?|newsletters?|mailings?|subscriptions?|calls?)"
)
_ME = r"(?:me|us|my (?:number|phone|cell|mobile)|this (?:number|phone))"
_REACH = r"(?:text|txt|message|msg|contact|sms|e ?mail|mail|write|spam|bother|harass|bug|message|disturb)"

ENGLISH = language(
    stops="stopall|unsubscribe|cancel|end|quit|revoke|optout|remove|unsub",
    # "Ok cancel it" may be about an order, and "the end" about a story.
    plain="stopall unsubscribe optout",
    kind="""a again all already am and dear done from hello hey hi i immediately im it just kindly like me message
    messages msg msgs now ok okay please pls plz right said saying sms sorry team text texts thank thanks thanx the
    these this thx to u want would you your""",
    starts="start|unstop|yes",
    helps="help|info",
    sentences=(
        rf"\bstop (?:it with )?(?:{_REACH}(?:ing|ting|ming|ging)|texting|txting|sending|contacting|spamming|bugging"
        r"|bothering|harassing|messaging|writing|calling|emailing|mailing)\b",
        rf"\bstop (?:with )?{_THEM}\b",
        r"\bstop (?:all )?(?:contact|communications?|communicating)\b",
        rf"\b(?:do not|dont|never|no longer|cease to|not) (?:ever |please )?{_REACH} {_ME}\b",
        r"\b(?:do not|dont|never) (?:ever |please )?send (?:me |us )?"
        rf"(?:any|anything|anymore|more|these|those|this stuff|{_THEM})\b",
        r"\b(?:take|remove|delete|drop|scratch|get)"
        r" (?:me|us|my (?:name|number|phone|phone number|cell|contact|info|details)|this number)"
        r"(?: (?:off|from|out of)\b|$| please| now| immediately)",
        r"\b(?:take|remove|delete|get) (?:me|my number|this number) off\b",
        r"\bunsubscribe\b",
        r"\bopt(?:ing|ed)? (?:me |us )?out\b|\boptout\b",
        rf"\bno more (?:of )?{_THEM}\b",
        r"\bleave (?:me|us) alone\b",
        rf"\b(?:do not|dont|no longer) (?:want|wish|care|need)(?: to)?(?: (?:get|receive|have|hear|see))?"
        rf"(?: (?:any|anything|from you|more|of))*(?: {_THEM}| from you)\b",
        r"\bno longer (?:want|wish) to (?:receive|get|hear)\b",
        rf"\b(?:cancel|end|quit|revoke) (?:my consent|{_THEM})\b",
        r"\b(?:revoke|withdraw) (?:my )?consent\b",
        r"\blose my number\b",
        r"\b(?:please|just|now|must|should|to|you) stop$|^stop (?:please|pls|plz|now|right now|immediately)\b",
    ),
    not_meant=r"\b(?:do not|dont|never|cannot|cant|wont|will not|wouldnt|would not|didnt|did not|shouldnt|should not"
    r"|not"
    r"|why would i|why stop|non)(?! you)(?: \w+){0,3}?"
    r" (?:stop|unsubscribe|cancel|remove|take me|take us|delete|opt|leave me|end|quit)"
    r"|\bstop (?:by|at|in|over|off|light|sign|watch|loss|for|on)\b"
    r"|\b(?:bus|pit|non|full|next|last|first|one|tram|train) stop\b"
    r"|\b(?:when|where|did|does|has|have|had|will it|could not|couldnt) (?:\w+ ){0,3}stop"
    r"|\b(?:i|we|it|he|she|they) (?:unsubscribed|stopped)\b",
)

_NACHRICHTEN = (
    r"(?:(?:mehr|weiteren?|eure|ihre|diese|deine|solche|irgendwelche|den|die|mit|euren|ihren|diesen) )*"
    r"(?:sms|mms|nachrichten?|mitteilungen|texte|e ?mails?|mails?|newsletter|werbung|werbe\w+|angebote|spam"
    r"|benachrichtigungen"
    r"|infos)"
)
GERMAN = language(
    stops="stopp|stoppen|abmelden|abmeldung|abbestellen|austragen|kundigen|kuendigen|beenden|widerruf|widerrufen"
    "|abbrechen|ende|loschen|loeschen",
    plain="stopp abmelden abmeldung abbestellen",
    kind="bitte danke dank guten hallo ich jetzt lieben mal mich mochte moechte ok sie sms sofort tag vielen will",
    starts="starten|anmelden|fortsetzen|wieder anmelden",
    helps="hilfe|informationen",
    sentences=(
        rf"\bkeine? {_NACHRICHTEN}\b(?!.*\b(?:bekommen|erhalten|angekommen|gekriegt|gefunden|gesehen|da)\b)",
        rf"\bstopp?t? (?:bitte )?{_NACHRICHTEN}\b",
        r"\bho(?:e)?r(?:t|en)?(?: sie)?(?: bitte)?(?: endlich)? auf(?: damit)?"
        r"(?:$| (?:mir|mich|uns|zu|so|damit|sms|nachrichten|werbung)\b)",
        r"\b(?:schreib|text|kontaktier|belastig|nerv)(?:e?t|en)?(?: sie)?"
        r" (?:mir|mich|uns)(?: bitte)? (?:nicht|nie)(?: (?:mehr|wieder|weiter|langer))*$",
        r"\b(?:schick|send)(?:e?t|en)?(?: sie)? (?:mir|uns)(?: bitte)? (?:nichts mehr|nie wieder)\b",
        rf"\b(?:mochte|moechte|will|wunsche|wuensche|brauche) (?:ich )?(?:bitte )?(?:keine|nichts|nicht) ?(?:mehr )?"
        rf"(?:{_NACHRICHTEN}|von (?:euch|ihnen|dir)|(?:angeschrieben|kontaktiert) werden)",
        r"\bmeld(?:e?t|en)?(?: sie)? (?:mich|uns) (?:bitte )?(?:\w+ ){0,3}ab\b",
        r"\b(?:trag|nehm|streich|losch|loesch|entfern)(?:e?t|en?)?(?: sie)?(?: bitte)?"
        r" (?:mich|uns|meine (?:nummer|handynummer|daten))(?: bitte)?(?:$| (?:\w+ ){0,3}(?:aus|von|raus)\b)",
        r"\b(?:mich|uns) (?:(?:bitte|hier|davon|sofort|wieder|von|dem|newsletter|der|liste) )*"
        r"(?:abmelden|austragen|abbestellen)\b",
        rf"\b(?:abo|{_NACHRICHTEN}) (?:bitte )?(?:abbestellen|kundigen|kuendigen|abmelden|stoppen|beenden)\b",
        r"\b(?:widerruf\w*|zieh\w*) (?:ich )?(?:hiermit )?(?:meine )?(?:einwilligung|zustimmung)\b",
        r"\blass(?:t|en)?(?: sie)? mich(?: bitte)?(?: endlich)? in ruhe\b",
    ),
    not_meant=r"\b(?:nicht|nie|niemals|keinesfalls) (?:\w+ ){0,2}"
    r"(?:abmelden|austragen|abbestellen|loschen|loeschen|aufhoren|aufhoeren|kundigen|kuendigen|stoppen|beenden)"
    r"|\bho(?:e)?r(?:t|en)?(?: sie)?(?: bitte)? nicht auf\b|verpass"
    r"|\b(?:meld|trag|nehm|streich|losch|loesch|entfern)\w*(?: sie)? (?:mich|uns|meine \w+)(?: bitte)? nicht\b"
    r"|\b(?:hab|gibt|gab)\w* (?:\w+ ){0,3}keine?\b",
)

_BERICHTEN = (
    r"(?:(?:meer|jullie|uw|deze|die|je|van|zulke|verdere|nog|met|het|de) )*"
    r"(?:sms|smsjes|sms ?en|mms|berichten?|berichtjes|appjes|e ?mails?|mails?|mailtjes|reclame|aanbiedingen|spam"
    r"|meldingen"
    r"|nieuwsbrie(?:f|ven)|sturen|smsen|mailen)"
)
DUTCH = language(
    stops="stoppen|afmelden|afmelding|uitschrijven|annuleren|opzeggen|beeindigen|meld af|verwijderen",
    plain="afmelden uitschrijven stoppen",
    kind="aub alstublieft alsjeblieft asjeblieft bedankt beste dank dankje graag hallo hoi ik je me mij nu sms u wil",
    starts="starten|aanmelden|hervatten|inschrijven",
    helps="hulp|informatie",
    sentences=(
        r"\b(?:stop|houd?t?|ophouden)(?: (?:nu|aub|alsjeblieft|alstublieft|eens|op))* (?:met )?(?:mij |me |ons )?"
        rf"(?:te )?(?:{_BERICHTEN}|lastig|lastigvallen|spammen)\b",
        rf"\bgeen {_BERICHTEN}\b(?!.*\b(?:gekregen|ontvangen|gehad|gezien|binnen)$)",
        r"\bst(?:uur|uurt|uren)(?: (?:mij|me|ons))?(?: aub)? (?:niets|niks|nooit) (?:meer|weer)\b",
        r"\b(?:sms|app|mail|bericht|contacteer|benader|bel) (?:mij|me|ons) (?:niet|nooit)"
        r"(?: (?:meer|weer|opnieuw|aub))*$",
        r"\b(?:wil|wens|wensen|willen|hoef)(?: ik| wij| we)? (?:aub )?(?:geen|niets|niks|niet) ?(?:meer )?"
        rf"(?:{_BERICHTEN}|van jullie|van u|ontvangen|(?:benaderd|gecontacteerd) worden|horen)",
        r"\bmeld (?:mij|me|ons) (?:\w+ ){0,2}af\b|\bschrijf (?:mij|me|ons) (?:\w+ ){0,2}uit\b",
        r"\b(?:haal|verwijder|gooi|neem|schrap) (?:mij|me|ons|mijn (?:nummer|naam|gegevens))"
        r"(?: aub)?(?:$| (?:\w+ ){0,3}(?:af|uit|van)\b)",
        r"\b(?:mij|me) (?:(?:hier|graag|aub|nu|van|deze|lijst|ervoor) )*(?:afmelden|uitschrijven)\b",
        r"\b(?:nieuwsbrief|abonnement|smsjes|berichten) (?:aub )?(?:opzeggen|stoppen|afmelden|annuleren)\b",
        r"\blaat (?:mij|me|ons)(?: (?:aub|alsjeblieft|nu|eens))* met rust\b",
    ),
    not_meant=r"\b(?:niet|nooit) (?:\w+ ){0,2}(?:stoppen|afmelden|uitschrijven|opzeggen|verwijderen|ophouden)"
    r"|\b(?:stop|meld|schrijf|haal|verwijder|houd?)(?: (?:mij|me|ons|mijn \w+))? (?:niet|nooit)\b|\bmissen$"
    r"|\b(?:heb|hebt|hebben|heeft|had|zijn) (?:\w+ ){0,3}geen\b",
)
