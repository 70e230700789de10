"""Lists of activities from people's programs: seven languages, their dates, their commas; one row is one activity."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from formcheck.errors import UnreadableInput
from formcheck.history.watch import read_activities
from formcheck.history.watch_cells import Decimals
from formcheck.history.watch_dates import read_moments
from formcheck.history.watch_headings import LANGUAGES, find_headings, sport_of

WRITTEN = datetime(2020, 1, 1, tzinfo=UTC)  # of the file: no activity may take this day
FIELD = Path(__file__).parents[2] / "shared" / "field"


def read(text, name="Activities.csv"):
    return read_activities(text if isinstance(text, bytes) else text.encode(), name, WRITTEN)


def days(found):
    return [run.when.date() for run in found.runs]


# What Garmin Connect calls its columns, then a run, a run on a treadmill, and what is no run.
GARMIN = {
    "English": (
        "Activity Type,Date,Title,Distance,Calories,Time,Avg HR,Max HR,Aerobic TE,Avg Run Cadence,Max Run Cadence,"
        "Avg Pace,Best Pace,Avg Stride Length,Avg Vertical Ratio,Avg Vertical Oscillation,Avg Ground Contact Time,"
        "Avg GCT Balance", "Running", "Treadmill Running", ("Cycling", "Walking", "Pool Swimming"),
    ),
    "German": (
        "Aktivitätstyp,Datum,Titel,Distanz,Kalorien,Zeit,Ø Herzfrequenz,Maximale Herzfrequenz,Aerober TE,"
        "Ø Schrittfrequenz (Laufen),Maximale Schrittfrequenz (Laufen),Ø Pace,Beste Pace,Ø Schrittlänge,"
        "Ø vertikales Verhältnis,Ø vertikale Bewegung,Ø Bodenkontaktzeit,Ø Bodenkontaktzeit-Balance",
        "Laufen", "Laufbandtraining", ("Radfahren", "Gehen", "Skilanglauf"),
    ),
    "French": (
        "Type d'activité,Date,Titre,Distance,Calories,Durée,Fréquence cardiaque moyenne,Fréquence cardiaque maximale,"
        "TE aérobie,Cadence de course moyenne,Cadence de course maximale,Allure moyenne,Meilleure allure,"
        "Longueur moyenne des foulées,Rapport vertical moyen,Oscillation verticale moyenne,"
        "Temps de contact au sol moyen,Équilibre du temps de contact au sol",
        "Course à pied", "Course à pied sur tapis roulant", ("Cyclisme", "Marche à pied", "Natation"),
    ),
    "Spanish": (
        "Tipo de actividad,Fecha,Título,Distancia,Calorías,Tiempo,Frecuencia cardiaca media,FC máxima,TE aeróbico,"
        "Cadencia de carrera media,Cadencia de carrera máxima,Ritmo medio,Mejor ritmo,Longitud media de zancada,"
        "Relación vertical media,Oscilación vertical media,Tiempo medio de contacto con el suelo,"
        "Equilibrio de tiempo de contacto con el suelo",
        "Carrera", "Carrera en cinta", ("Ciclismo", "Caminata", "Natación"),
    ),
    "Italian": (
        "Tipo di attività,Data,Titolo,Distanza,Calorie,Tempo,FC media,FC max,TE aerobico,Cadenza di corsa media,"
        "Cadenza di corsa max,Passo medio,Passo migliore,Lunghezza media passo,Rapporto verticale medio,"
        "Oscillazione verticale media,Tempo medio di contatto con il suolo,Bilanciamento tempo di contatto con il suolo",
        "Corsa", "Corsa su tapis roulant", ("Ciclismo", "Camminata", "Nuoto"),
    ),
    "Dutch": (
        "Activiteittype,Datum,Titel,Afstand,Calorieën,Tijd,Gem. HS,Max. HS,Aerobe TE,Gem. loopcadans,Max. loopcadans,"
        "Gemiddeld tempo,Beste tempo,Gem. staplengte,Gem. verticale ratio,Gem. verticale oscillatie,"
        "Gem. grondcontacttijd,Gem. balans grondcontacttijd",
        "Hardlopen", "Hardlopen op loopband", ("Fietsen", "Wandelen", "Zwemmen"),
    ),
    "Portuguese": (
        "Tipo de atividade,Data,Título,Distância,Calorias,Tempo,FC média,FC máxima,TE aeróbico,"
        "Cadência de corrida média,Cadência de corrida máxima,Ritmo médio,Melhor ritmo,Comprimento médio da passada,"
        "Proporção vertical média,Oscilação vertical média,Tempo médio de contato com o solo,"
        "Equilíbrio do tempo de contato com o solo",
        "Corrida", "Corrida na esteira", ("Ciclismo", "Caminhada", "Natação"),
    ),
}  # fmt: skip


def garmin(language, *, comma=False, delimiter=",", dates=("2025-03-04 07:10:02", "2025-03-02 18:00:00")):
    """Return the list of activities that Garmin exports in a language."""
    headings, outdoors, indoors, others = GARMIN[language]
    row = [
        650,
        "00:52:10",
        150,
        170,
        "3.1",
        168,
        182,
        "5:12",
        "4:30",
        "1.14",
        "8.1",
        "9.2",
        255,
        "49.8% L / 50.2% R",
    ]
    no_run = [500, "01:00:00", 120, 150, "2.0", 85, 95, "2:00", "1:30", "--", "--", "--", "--", "--"]
    lines = [
        [outdoors, dates[0], "Home", "10.02", *row],
        [indoors, dates[1], "Gym", "8.00", 520, "00:41:39", *row[2:]],
        *([each, "2025-03-01 10:00:00", "Fun", "30.00", *no_run] for each in others),
    ]
    cells = [[str(cell).replace(".", ",") if comma else str(cell) for cell in line] for line in lines]
    body = [delimiter.join(f'"{cell}"' for cell in line) for line in cells]
    return "\n".join([headings.replace(",", delimiter), *body]) + "\n"


@pytest.mark.parametrize("comma", [False, True])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_s_list_gives_its_runs_on_their_days(language, delimiter, comma):
    found = read(garmin(language, delimiter=delimiter, comma=comma))
    assert days(found) == [date(2025, 3, 4), date(2025, 3, 2)]
    assert [run.distance_km for run in found.runs] == pytest.approx([10.02, 8.0])
    for run in found.runs:
        values = {metric: each.value for metric, each in run.values.items()}
        assert values == pytest.approx({
            "cadence": 168, "ground_contact_time": 255, "vertical_oscillation": 9.2, "step_length": 1.14,
            "vertical_ratio": 8.1,
        })  # fmt: skip
    assert [run.minutes for run in found.runs] == pytest.approx([52 + 10 / 60, 41.65])
    assert len(found.left_out) == 3
    for other, sentence in zip(GARMIN[language][3], found.left_out):
        assert other in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_of_headings_is_found(language):
    assert find_headings(GARMIN[language][0].split(",")).language == language


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("first", ["", "sep=;", '"sep=;"', "SEP=;"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_line_ends_separator_lines_and_encodings_do_not_matter(end, first, encoding):
    text = garmin("German", delimiter=";", comma=True)
    text = (f"{first}\n" if first else "") + text
    found = read(text.replace("\n", end).encode(encoding))
    assert days(found) == [date(2025, 3, 4), date(2025, 3, 2)]


STRAVA = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Max Heart Rate,Moving Time,Distance,"
    "Max Speed,Average Speed,Max Cadence,Average Cadence\n"
    '1,"Mar 2, 2025, 7:30:12 AM",Morning,Run,3000,{},170,2950,10010,4.5,3.4,98,86.2\n'
    '2,"Mar 3, 2025, 7:30:12 PM",Round,Ride,7000,55.2,160,6900,55200,14,8.0,120,88.0\n'
    '3,"Mar 4, 2025, 7:30:12 PM",Hill,E-Bike Ride,7000,55.2,160,6900,55200,14,8.0,120,88.0\n'
    '4,"Mar 5, 2025, 12:30:12 AM",Long,Trail Run,6000,18.01,170,5950,18010,4.5,3.0,98,82.0\n'
)


@pytest.mark.parametrize("written", ["10.01", "6.22"])
def test_strava_s_list_leaves_its_rides_out_and_tells_km_from_miles(written):
    found = read(STRAVA.format(written))
    assert [run.when for run in found.runs] == [
        datetime(2025, 3, 2, 7, 30, 12, tzinfo=UTC), datetime(2025, 3, 5, 0, 30, 12, tzinfo=UTC),
    ]  # fmt: skip
    assert [run.values["cadence"].value for run in found.runs] == pytest.approx([172.4, 164.0])
    assert [run.distance_km for run in found.runs] == pytest.approx([10.01, 18.01], abs=0.01)
    assert ["Ride" in each for each in found.left_out] == [True, True]


def test_strava_s_ride_that_comes_first_decides_nothing():
    lines = STRAVA.format("10.01").splitlines()
    found = read("\n".join([lines[0], lines[2], lines[1]]))
    assert [run.values["cadence"].value for run in found.runs] == pytest.approx([172.4])


# --- dates -------------------------------------------------------------------------------

SAME_DAY = [
    "2025-03-24 07:10:02", "2025-03-24T07:10:02", "2025/03/24 07:10:02", "24.03.2025 07:10:02", "24.3.25 7:10:02",
    "24/03/2025 07:10:02", "24-03-2025 07:10:02", "3/24/2025 7:10:02", "3/24/25 7:10:02 AM", "03/24/2025, 07:10:02 am",
    "Mar 24, 2025, 7:10:02 AM", "24 Mar 2025 07:10:02", "24. März 2025, 07:10:02", "24 mars 2025 à 07:10:02",
    "24 de mar. de 2025 7:10:02", "24 marzo 2025 07:10:02", "24 mrt. 2025 07:10:02", "24 de março de 2025, 07:10:02",
    "Mon, 24 Mar 2025 07:10:02",
]  # fmt: skip


@pytest.mark.parametrize("written", SAME_DAY)
def test_a_date_is_read_however_it_is_written(written):
    (moment,) = read_moments([written])
    assert moment.replace(tzinfo=None) == datetime(2025, 3, 24, 7, 10, 2)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "--",
        "yesterday",
        "13/13/2025",
        "2025-02-30",
        "31.02.2025",
        "99",
        "3/4",
        "Mar 2025",
        "may march 3 2025",
    ],
)
def test_what_is_no_date_is_none(written):
    assert read_moments([written]) == [None]


def test_months_begin_the_same_in_no_two_months_of_any_language():
    years = {
        "en": "January February March April May June July August September October November December",
        "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "nl": "januari februari maart april mei juni juli augustus september oktober november december",
        "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    }
    for names in years.values():
        moments = read_moments([f"5 {name} 2025 10:00" for name in names.split()])
        assert [each.month for each in moments] == list(range(1, 13))


def test_one_clear_date_settles_a_whole_file():
    european = read_moments(["3/4/2025 8:00", "25/3/2025 8:00"])
    american = read_moments(["3/4/2025 8:00", "3/25/2025 8:00"])
    assert [(each.month, each.day) for each in european] == [(4, 3), (3, 25)]
    assert [(each.month, each.day) for each in american] == [(3, 4), (3, 25)]


def test_a_month_of_runs_is_not_read_as_one_day_of_many_months():
    american = read_moments(["3/4/2025 7:10", "3/2/2025 7:10", "3/1/2025 7:10"])
    european = read_moments(["4/3/2025 7:10", "2/3/2025 7:10", "1/3/2025 7:10"])
    for moments in (american, european):
        assert [(each.month, each.day) for each in moments] == [(3, 4), (3, 2), (3, 1)]


@pytest.mark.parametrize(
    "written",
    [
        ["3/4/2025"],
        ["3/4/2025", "5/6/2025"],
        ["3/4/2025", "25/3/2025", "3/25/2025"],
        ["1/2/2025", "2/3/2025", "3/4/2025"],
    ],
)
def test_a_date_with_two_readings_is_not_believed(written):
    assert read_moments(written)[0] is None


def test_a_day_without_a_time_stays_that_day():
    (moment,) = read_moments(["2025-03-24"])
    assert moment.date() == date(2025, 3, 24) and moment.hour == 12


def test_rows_without_a_clear_day_are_named_and_never_take_the_file_s_day():
    found = read(garmin("English", dates=("2025-03-04 07:10:02", "soon")))
    assert days(found) == [date(2025, 3, 4)]
    assert "Treadmill Running" in found.left_out[0] and "date cannot be read" in found.left_out[0]
    with pytest.raises(UnreadableInput, match="date cannot be read"):
        read(garmin("English", dates=("3/4/2025 7:10", "5/6/2025 7:10")))


# --- what is not understood --------------------------------------------------------------


def test_headings_of_an_unknown_language_are_said():
    with pytest.raises(UnreadableInput, match="English, German, French"):
        read("Tevékenység típusa,Dátum,Távolság,Futás ütem\nFutás,2025-03-04,10.0,168\n")


@pytest.mark.parametrize(
    "sport",
    ["Running", "Run", "TrailRun", "VirtualRun", "Treadmill", "Track Running", "Laufen", "Trailrunning", "Bahnlauf",
     "Laufband", "Course à pied", "Course sur piste", "Trail", "Carrera", "Corsa", "Hardlopen", "Corrida de rua"],
)  # fmt: skip
def test_kinds_of_running_are_running(sport):
    assert sport_of(sport) == "running"


@pytest.mark.parametrize(
    "sport",
    ["Ride", "VirtualRide", "EBikeRide", "Walk", "Hike", "Swim", "Nordic Ski", "Skilanglauf", "Eislaufen", "Inline Skating",
     "Rowing", "Yoga", "Strength Training", "Multisport", "Triathlon", "Radfahren", "Wandern", "Vélo", "Marche",
     "Randonnée", "Ciclismo", "Fietsen", "Wandelen", "Natación", "Kitesurf", "Course cycliste en vélo", "Transition"],
)  # fmt: skip
def test_other_sports_keep_their_name(sport):
    assert sport_of(sport) == sport


def test_rows_of_unknown_and_of_no_sport_are_named():
    text = garmin("English").replace('"Treadmill Running"', '"Floorball"').replace('"Cycling"', '""')
    found = read(text)
    assert len(found.runs) == 1
    assert "Floorball" in found.left_out[0] and "does not name the sport" in found.left_out[1]


def test_a_run_without_cadence_is_named():
    found = read(garmin("English").replace('"168"', '"--"', 1))
    assert days(found) == [date(2025, 3, 2)]
    assert "holds no cadence" in found.left_out[0]


def test_a_long_list_names_the_first_and_counts_the_rest():
    rows = "".join(f"Cycling,2025-01-{k:02d} 10:00:00,85\n" for k in range(1, 29))
    found = read(f"Activity Type,Date,Avg Cadence\nRunning,2025-02-01 10:00:00,168\n{rows}")
    assert len(found.left_out) == 9 and found.left_out[-1].startswith("20 more")


def test_a_list_exported_again_adds_only_what_is_new():
    lines = STRAVA.format("10.01").splitlines()
    before, after = read("\n".join(lines[:3])), read("\n".join(lines))
    assert [run.key for run in before.runs] == [after.runs[0].key]
    assert len({run.key for run in after.runs}) == len(after.runs) == 2


def test_activities_without_their_days_are_not_merged():
    with pytest.raises(UnreadableInput, match="day of each"):
        read("Activity Type,Distance,Avg Run Cadence\nRunning,10,168\nRunning,8,160\n")


def test_seconds_of_one_run_with_their_times_are_one_run():
    rows = "".join(f"2025-03-04 07:10:{k:02d},168\n" for k in range(60))
    (run,) = read(f"timestamp,cadence\n{rows}").runs
    assert run.values["cadence"].n == 60 and run.when.date() == date(2025, 3, 4)


def test_days_without_a_sport_are_activities_of_their_own():
    found = read("Date,Run Cadence\n2025-03-04 07:00,168\n2025-03-02 07:00,160\n2025-03-01 07:00,85\n")
    assert [run.values["cadence"].value for run in found.runs] == [168, 160, 170]


# --- numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "cell", "value"),
    [
        (["10.02"], "1,234", 1234), (["10,02"], "1.234", 1234), (["10,02"], "1,234", 1.234), (["0.26"], "0.262", 0.262),
        ([], "0.262", 0.262), ([], "0,262", 0.262), ([], "1,234.5", 1234.5), ([], "1.234,5", 1234.5),
        ([], "1 234,5", 1234.5), ([], "1,234,567", 1234567), ([], "8,1 %", 8.1), (["1,5", "2.5"], "3.125", 3.125),
        ([], "-4", -4), ([], "1\u202f234", 1234),
    ],
)  # fmt: skip
def test_numbers_are_read_as_the_file_writes_them(cells, cell, value):
    assert Decimals.of(cells).number(cell) == pytest.approx(value)


@pytest.mark.parametrize(
    "cell", ["", "--", "fast", "1_000", "nan", "inf", "infinity", "1e999", "0x10", "1.2.3,4,5", "٣"]
)
def test_words_are_no_numbers(cell):
    assert np.isnan(Decimals.of([]).number(cell))


@pytest.mark.skipif(not FIELD.is_dir(), reason="the files that broke the first version are not here")
@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("garmin_de.csv", {4: 10.02}),
        ("garmin_en_semicolon.csv", {4: 10.02, 2: 8.0}),
        ("garmin_fr.csv", {4: 10.02, 2: 8.0}),
        ("garmin_us_date.csv", {4: 10.02, 2: 8.0}),
        ("strava_activities.csv", {2: 10.01, 4: 18.01}),
        ("strava_ridefirst.csv", {2: 10.01}),
    ],
)
def test_what_broke_the_first_version_is_right(name, right):
    found = read((FIELD / name).read_bytes(), name)
    assert {run.when.day: run.distance_km for run in found.runs} == pytest.approx(right)
    assert {(run.when.year, run.when.month) for run in found.runs} == {(2025, 3)}
