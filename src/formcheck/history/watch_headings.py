"""Names of the columns and sports in a watch's CSV file, in seven languages.

Headings are compared in lower case, without accents and without punctuation. Each
language has its own table because words change their meaning: "tempo" is time in Italian
and Portuguese and pace in Dutch and German. The names are those of Garmin Connect and Strava, with
the synonyms other makers use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

ENGLISH: dict[str, str] = {
    "cadence": r"cadence|\bcad\b",
    "ground_contact_time": r"(ground )?contact time|\bgct\b|ground time|stance time",
    "vertical_oscillation": r"vertical oscillation|vert(ical)? osc",
    "step_length": r"(stride|step) length",
    "vertical_ratio": r"vertical ratio",
    "pace": r"\bpace\b",
    "speed": r"speed",
    "distance": r"distance",
    "time": r"^total (time|duration)|^(time|duration)\b",
    "moving_time": r"^moving (time|duration)",
    "elapsed_time": r"^elapsed (time|duration)",
    "date": r"^(date|timestamp|start time|start|day|activity date)\b",
    "sport": r"activity type|^sport|^type$",
    "lap": r"^(laps?|splits?|interval|part)$",
}
GERMAN: dict[str, str] = {
    "cadence": r"schrittfrequenz|lauffrequenz|kadenz|cadence",
    "ground_contact_time": r"bodenkontakt",
    "vertical_oscillation": r"vertikale (bewegung|oszillation|schwingung)",
    "step_length": r"schrittlange",
    "vertical_ratio": r"vertikales verhaltnis",
    "pace": r"pace|\btempo\b",
    "speed": r"geschwindigkeit",
    "distance": r"distanz|strecke|entfernung",
    "time": r"^(zeit|dauer)\b",
    "moving_time": r"bewegungszeit|zeit in bewegung",
    "elapsed_time": r"verstrichene zeit|gesamtzeit",
    "date": r"datum|startzeit|^zeitstempel",
    "sport": r"aktivitatst(yp|art)|art der aktivitat|aktivitatsart|^sportart|^sport$",
    "lap": r"^(runden?|intervalle?|abschnitte?)$",
}
FRENCH: dict[str, str] = {
    "cadence": r"cadence",
    "ground_contact_time": r"contact (au|avec le) sol",
    "vertical_oscillation": r"oscillation verticale",
    "step_length": r"longueur .*(foulee|pas\b)",
    "vertical_ratio": r"(rapport|ratio) vertical",
    "pace": r"allure",
    "speed": r"vitesse",
    "distance": r"distance",
    "time": r"^(temps|duree)( total| moyen)?$",
    "moving_time": r"(temps|duree) de (deplacement|mouvement)",
    "elapsed_time": r"(temps|duree) (ecoulee?)",
    "date": r"^date|heure de debut",
    "sport": r"type d activite|^sport",
    "lap": r"^(circuits?|tours?|intervalles?)$",
}
SPANISH: dict[str, str] = {
    "cadence": r"cadencia",
    "ground_contact_time": r"contacto con el suelo",
    "vertical_oscillation": r"oscilacion vertical",
    "step_length": r"longitud .*(zancada|paso)",
    "vertical_ratio": r"(relacion|ratio|proporcion) vertical",
    "pace": r"ritmo",
    "speed": r"velocidad",
    "distance": r"distancia",
    "time": r"^(tiempo|duracion)( total)?$",
    "moving_time": r"tiempo en movimiento",
    "elapsed_time": r"tiempo transcurrido",
    "date": r"^fecha|hora de inicio",
    "sport": r"tipo de actividad|^deporte",
    "lap": r"^(vueltas?|intervalos?)$",
}
ITALIAN: dict[str, str] = {
    "cadence": r"cadenza",
    "ground_contact_time": r"contatto (con il|col|al) suolo|contatto col terreno",
    "vertical_oscillation": r"oscillazione verticale",
    "step_length": r"lunghezza .*(passo|falcata)",
    "vertical_ratio": r"rapporto verticale",
    "pace": r"^(passo|andatura|ritmo)",
    "speed": r"velocita",
    "distance": r"distanza",
    "time": r"^(tempo|durata)( totale)?$",
    "moving_time": r"tempo in movimento",
    "elapsed_time": r"tempo trascorso",
    "date": r"^data|ora di inizio",
    "sport": r"tipo (di )?attivita|^sport",
    "lap": r"^(giri|giro|lap|intervall[oi])$",
}
DUTCH: dict[str, str] = {
    "cadence": r"cadans|stapfrequentie",
    "ground_contact_time": r"grondcontact|contacttijd|contact met de grond",
    "vertical_oscillation": r"verticale oscillatie",
    "step_length": r"(stap|pas|schrede)lengte",
    "vertical_ratio": r"verticale (ratio|verhouding)",
    "pace": r"\btempo\b",
    "speed": r"snelheid",
    "distance": r"afstand",
    "time": r"^(tijd|duur|totale tijd)$",
    "moving_time": r"beweegtijd|bewegingstijd|tijd in beweging",
    "elapsed_time": r"verstreken tijd",
    "date": r"datum|begintijd|starttijd",
    "sport": r"activiteits?\s?type|type activiteit|soort activiteit|^sport",
    "lap": r"^(ronden?|rondes|intervallen|interval)$",
}
PORTUGUESE: dict[str, str] = {
    "cadence": r"cadencia",
    "ground_contact_time": r"conta(c)?to com o solo",
    "vertical_oscillation": r"oscilacao vertical",
    "step_length": r"(comprimento|tamanho) .*(passada|passo)",
    "vertical_ratio": r"(proporcao|razao|relacao) vertical",
    "pace": r"ritmo",
    "speed": r"velocidade",
    "distance": r"distancia",
    "time": r"^(tempo|duracao)( total)?$",
    "moving_time": r"tempo (de moviment\w+|em movimento)",
    "elapsed_time": r"tempo (decorrido|transcorrido)",
    "date": r"^data|hora de inicio",
    "sport": r"tipo de ati?vidade|tipo de actividade|^(desporto|esporte)",
    "lap": r"^(voltas?|intervalos?)$",
}
LANGUAGES = {
    "English": ENGLISH, "German": GERMAN, "French": FRENCH, "Spanish": SPANISH, "Italian": ITALIAN, "Dutch": DUTCH,
    "Portuguese": PORTUGUESE,
}  # fmt: skip

NOT_THESE = (
    r"\b(max(im\w*)?|min(imum|imale?s?|imo|ima)?(?! ?(/|per\b))|best\w*|beste\w*|meilleure?s?|mejor\w*|optimo"
    r"|miglior\w*|melhor\w*|balance\w*|balans|equilibr\w+|bilanciamento|percent|gap|stroke|bike|bici\w*|swim"
    r"|cumulative|left|right|gauche|droite?|links|rechts|izquierd\w+|derech\w+|sinistr\w+|destr\w+|esquerd\w+"
    r"|direit\w+|velo|pedal\w+|fiets\w*|rad|braccia\w*|zug|zuge|braza\w*)\b"
)
"""Words in headings of columns that hold an extreme, a balance, one side, or another sport's value."""

TOTALS = (
    r"^(summary|total|overall|average|zusammenfassung|gesamt|ubersicht|resume|resumen|riepilogo|totale|samenvatting"
    r"|totaal|resumo)\b"
)

RUNS = (
    r"\b(run|runs|running|runner|jog|jogging|treadmill|trail|footing|correr|correre|corsa|corrida|carrera|esteira"
    r"|loopband|hardlopen|hardloop\w*|lauf\w*|\w+lauf|\w+laufen|course a pied|course sur \w+|course en salle"
    r"|course virtuelle|tapis|cinta de correr|virtual ?run|trail ?run\w*|baanlopen)\b"
)
NO_RUNS = (
    r"\b(\w*bik\w*|\w*cycl\w*|cicl\w+|bici\w*|velo|vtt|rad\w*|\w*fiets\w*|wielren\w*|\w*ride|\w*riding|\w*swim\w*"
    r"|\w*schwimm\w*|natation|nage|nuoto|natac\w+|\w*zwem\w*|\w*ski\w*|langlauf|eislauf\w*|schlittschuh\w*|inline"
    r"|rollschuh\w*|skat\w*|pattin\w*|row\w*|ruder\w*|walk\w*|\w*gehen|\w*wander\w*|march\w*|randonn\w+|camin\w+"
    r"|cammin\w+|\w*wandel\w*|hik\w*|senderis\w*|escursion\w*|wheelchair|rollstuhl\w*|fauteuil|handcycl\w*"
    r"|multisport\w*|\w*triathl\w*|\w*duathl\w*|transition|ubergang)\b"
)
"""Words for sports other than running, even if one of the words above occurs beside them."""


@dataclass(frozen=True)
class Headings:
    """The content of each column, and the language of the file."""

    language: str
    names: tuple[str, ...]  # every heading, normalised
    column: dict[str, int]  # by quantity, with the keys of the tables above


def bare_words(text: str) -> str:
    """Return words in lower case without accents and punctuation: "Ø Schrittlänge (m)" → "schrittlange m"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text.strip())
    parts = unicodedata.normalize("NFKD", words.replace("Ø", " ").replace("ø", " ")).casefold()
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w%/]+|_", " ", bare).replace("oscilation", "oscillation").split())


def find_headings(cells: Sequence[str]) -> Headings:
    """Return the content of the columns, read in the language that matches most of them."""
    names = tuple(bare_words(cell) for cell in cells)
    found = {language: _columns(names, table) for language, table in LANGUAGES.items()}
    language = max(found, key=lambda each: len(found[each]))  # English where several match as many
    return Headings(language, names, found[language])


def _columns(names: Sequence[str], table: dict[str, str]) -> dict[str, int]:
    found = {what: _first(names, pattern) for what, pattern in table.items()}
    return {what: k for what, k in found.items() if k is not None}


def _first(names: Sequence[str], pattern: str) -> int | None:
    fits = (k for k, name in enumerate(names) if re.search(pattern, name) and not re.search(NOT_THESE, name))
    return next(fits, None)


def is_total(cell: str) -> bool:
    """Whether a row's first word marks it as the total of the others."""
    return bool(re.match(TOTALS, bare_words(cell)))


def sport_of(cell: str) -> str:
    """Return "running" for any kind of running, the cell's own words for another sport, "" if empty."""
    words = bare_words(cell)
    runs = re.search(RUNS, words) and not re.search(NO_RUNS, words)
    return "running" if runs else cell.strip()[:60]
