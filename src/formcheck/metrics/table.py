"""Every metric once: what it is called, what it needs, how sure it can be."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

Group = Literal["posture", "arms", "feet", "rhythm", "legs"]
Grade = Literal["A", "B", "C", "D"]

SIDE = ("side",)
ANGLED = ("side", "oblique")
FRONTAL = ("front", "rear")
ANY = ("side", "oblique", "front", "rear", "unknown")

TYPICAL_LEG_M = 0.85  # hip to ankle; turns cm into % of leg length


@dataclass(frozen=True)
class Metric:
    """One row of the registry."""

    id: str
    name: str  # for runners
    unit: str
    group: Group
    views: tuple[str, ...]
    min_fps: float  # below: not measured
    min_steps: int  # fewer: not measured; of either foot unless `definition` says otherwise
    definition: str
    source: str
    sigma: float  # systematic standard error of one clip, in `unit`: keypoint bias and event offset
    sigma_from: str  # why this number
    grade: Grade  # of the evidence for judging it
    sure_fps: float = 0.0  # below: "about", and no judgement
    needs: tuple[str, ...] = ()  # what the runner must tell: "height_m", "mass_kg", "speed_mps"
    smallest_change: float = 0.0  # smallest detectable difference between clips, in `unit`
    per_tilt: float = 0.0  # change with each degree of the camera's tilt, in `unit`
    widest: float = inf  # half-width of the 95 % interval, in `unit`, from which any runner would fit into it
    widest_from: str = ""  # why this number
    unseen: str = ""  # why it cannot be told from a pose model's points, only from markers; "" = it can

    def widest_in(self, unit: str) -> float:
        """Return the widest half of an interval that still says something, in a unit this metric is told in."""
        return self.widest / TYPICAL_LEG_M if (self.unit, unit) == ("cm", "% leg") else self.widest


KEYPOINTS = "error of BlazePose-class keypoints on synthetic runners (docs/accuracy.md)"
LEVEL_HIPS = (
    "No pose model of today shows it: it draws the hips level, however far the pelvis sinks. "
    "Film from behind in slow motion and look at the waistband yourself."
)
EVENTS = "offset of contact and toe-off that a clip's steps share"

_ROWS = (
    Metric(
        "trunk_lean", "Forward lean", "deg", "posture", SIDE, 24, 6,
        "Angle of the line from mid-hip to mid-shoulder from the vertical, + forward; mean over whole strides.",
        "Teng & Powers 2014", 2.4, f"{KEYPOINTS}: hip centre off by 0.02 m under a 0.5 m trunk", "C",
        smallest_change=2.3,
        per_tilt=1, widest=10, widest_from="runners lean by 0 to 15",
    ),
    Metric(
        "foot_strike", "Foot strike", "deg", "feet", SIDE, 24, 4,
        "Type of landing of the near foot from its angle at contact: rearfoot above 8, forefoot below -1.6, "
        "midfoot between; named only when more than 70 % likely.",
        "Altman & Davis 2012; Mo 2023", 1.2, f"{KEYPOINTS}: heel and toe under a shoe", "C",
        sure_fps=50, smallest_change=2.3,
        widest=20, widest_from="from a forefoot to a steep heel landing it is 30",
    ),
    Metric(
        "foot_strike_angle", "Foot angle at landing", "deg", "feet", SIDE, 24, 4,
        "Pitch of the near foot (heel to toe) at contact less its pitch when flat on the ground, + toes up.",
        "Altman & Davis 2012; Mo 2025", 1.2, f"{KEYPOINTS}: heel and toe under a shoe", "C",
        sure_fps=50, smallest_change=2.3,
        widest=20, widest_from="from a forefoot to a steep heel landing it is 30",
    ),
    Metric(
        "elbow_angle", "Elbow bend", "deg", "arms", SIDE, 24, 6,
        "Angle shoulder-elbow-wrist of the near arm, 90 = right angle, 180 = straight; mean over whole strides. How far "
        "the arm comes out of the picture plane is told by how short upper arm and forearm look.",
        "Yegian 2019", 5.2, f"{KEYPOINTS}: shoulder, elbow and wrist; what is left of the third dimension", "C",
        smallest_change=6.0,
        widest=40, widest_from="the range is 40 wide",
    ),
    Metric(
        "arm_crossover", "Hands across the middle", "shoulder widths", "arms", FRONTAL, 50, 6,
        "How far each wrist stays on its own side of the trunk's midline at its innermost, mean of both arms; "
        "negative = across.",
        "Arellano & Kram 2014", 0.04, f"{KEYPOINTS}; up to 10 deg off axis, of which two arms cancel most", "D",
        widest=0.5, widest_from="from the hand's own side to the middle it is 0.5",
    ),
    Metric(
        "cadence", "Cadence", "steps/min", "rhythm", ANY, 15, 3,
        "Steps of both feet per minute: interpolated crossings of the two ankles (front and rear: bounces of the hip).",
        "Miller 2018; Burns 2019", 0.15, "clock of the video file; the runner's own drift within a clip", "B",
        smallest_change=2.0,
        widest=20, widest_from="good runners go from 155 to 203",
    ),
    Metric(
        "ground_contact_time", "Time on the ground", "ms", "rhythm", ANGLED, 24, 4,
        "Contact to toe-off, mean of both feet.",
        "Young 2023", 8.0, f"{EVENTS} (gait.contact_time_clip_sd)", "C",
        sure_fps=50, smallest_change=15.0,
        widest=100, widest_from="most running lies between 160 and 300",
    ),
    Metric(
        "flight_time", "Time in the air", "ms", "rhythm", ANGLED, 24, 4,
        "Step time minus time on the ground; negative when a foot lands before the other has left.",
        "Patoz 2019", 8.0, f"{EVENTS}, as for time on the ground with opposite sign", "C",
        sure_fps=50, smallest_change=15.0,
        widest=100, widest_from="most running lies between 50 and 150",
    ),
    Metric(
        "duty_factor", "Share of the stride on the ground", "%", "rhythm", ANGLED, 24, 4,
        "Time on the ground over stride time (two steps); some papers divide by step time instead.",
        "Patoz 2019", 1.2, f"{EVENTS}: 8 ms of a 700 ms stride", "C",
        sure_fps=50, smallest_change=2.0,
        widest=14, widest_from="the range is 14 wide",
    ),
    Metric(
        "vertical_oscillation", "Bounce", "cm", "rhythm", ANY, 24, 6,
        "Rise and fall of the trunk's middle (hips and shoulders) within a step, from a fit at step frequency; per cent of leg length where the "
        "runner's height is unknown.",
        "Folland 2017; Moore 2016", 0.1, f"{KEYPOINTS}; scale adds 4 %", "B",
        smallest_change=1.0,
        widest=5, widest_from="most runners bounce by 5 to 12",
    ),
    Metric(
        "overstride", "Landing ahead of the hips", "% leg", "feet", SIDE, 60, 6,
        "Ankle ahead of mid-hip at contact, per cent of leg length (hip to ankle), near leg.",
        "Wille 2014", 3.4, f"{KEYPOINTS}: hip and ankle; contact timing is added from the signal's slope", "B",
        smallest_change=4.0,
        per_tilt=1.75, widest=20, widest_from="runners reach 15 to 38",
    ),
    Metric(
        "shank_angle", "Shin at landing", "deg", "feet", SIDE, 60, 6,
        "Shin's angle from the vertical at contact, + ankle ahead of the knee, near leg.",
        "Souza 2016; Wille 2014", 3.2, f"{KEYPOINTS}: knee and ankle; contact timing is added", "B",
        smallest_change=4.8,
        per_tilt=1, widest=15, widest_from="runners land with 0 to 18",
    ),
    Metric(
        "knee_flexion_contact", "Knee bend at landing", "deg", "legs", SIDE, 60, 6,
        "Knee flexion of the near leg at contact, 0 = straight.",
        "Wille 2014", 4.9, f"{KEYPOINTS}: markerless knee RMSE 7.5 in running (Van Hooren 2023), a part is random", "C",
        smallest_change=9.0,
        widest=20, widest_from="runners land with 5 to 28",
    ),
    Metric(
        "knee_flexion_stance", "Knee bend on the ground", "deg", "legs", SIDE, 60, 6,
        "Largest knee flexion of the near leg in the first three quarters of contact, when the steps together bend most.",
        "Wille 2014", 4.2, f"{KEYPOINTS}, as at landing", "C",
        smallest_change=9.0,
        widest=20, widest_from="the range is 20 wide",
    ),
    Metric(
        "knee_flexion_swing", "Knee bend in the air", "deg", "legs", SIDE, 60, 6,
        "Largest knee flexion of the near leg between toe-off and the next contact, when the steps together bend most.",
        "Van Hooren 2023", 3.6, f"{KEYPOINTS}; BlazePose over-reads swing by 3 to 10 deg on rendered runners", "C",
        smallest_change=9.0,
        widest=35, widest_from="from jogging to sprinting it is 70 to 130",
    ),
    Metric(
        "thigh_extension", "Thigh behind at push-off", "deg", "legs", SIDE, 60, 6,
        "Furthest the near thigh points behind the vertical around toe-off; thigh in space, not the hip joint.",
        "Souza 2016", 2.7, f"{KEYPOINTS}: hip and knee", "D",
        smallest_change=4.8,
        per_tilt=1, widest=20, widest_from="the range is 20 wide",
    ),
    Metric(
        "body_lean", "Whole-body lean", "deg", "posture", SIDE, 60, 8,
        "Angle of the line from the standing foot's middle to mid-shoulder, mean over contact, both feet.",
        "own definition", 1.3, f"{EVENTS}: 10 ms move it by about 2 deg", "D",
        smallest_change=6.0,
        per_tilt=1, widest=10, widest_from="runners lean by 0 to 12",
    ),
    Metric(
        "waist_bend", "Bend at the waist", "deg", "posture", SIDE, 60, 8,
        "Trunk lean minus lean of the line foot to mid-hip, both averaged over contact, both feet.",
        "own definition", 3.7, f"{EVENTS}: 10 ms move it by about 2 deg; hip centre", "D",
        smallest_change=8.0,
        widest=15, widest_from="between runners it is -5 to 15",
    ),
    Metric(
        "head_pitch", "Head tilt", "deg", "posture", SIDE, 24, 0,
        "Angle of the line ear to eye from level, less 10 deg for a level head; median over frames, at least 100. "
        "The head, not the gaze.",
        "own definition", 8.5, f"{KEYPOINTS}: the face is small; neutral differs between people", "D",
        per_tilt=1, widest=30, widest_from="heads are carried between -40 and 10",
    ),
    Metric(
        "shoulder_shrug", "Shoulders from ears", "ratio", "posture", ("side", "front", "rear"), 24, 0,
        "Height of the ears above the shoulders over trunk length, median over frames, at least 100; only a change "
        "within one runner means anything.",
        "own definition", 0.042, f"{KEYPOINTS}; hair and neck differ", "D",
        smallest_change=0.05,
        widest=0.2, widest_from="between people it is 0.2 to 0.5",
    ),
    Metric(
        "arm_leg_phase", "Arms against legs", "deg", "arms", ANGLED, 24, 6,
        "Phase of the near wrist against the opposite ankle at stride frequency; 0 = opposite arm and leg together.",
        "Arellano & Kram 2014", 0.9, f"{KEYPOINTS}: the wrist swings little", "C",
        smallest_change=20.0,
        widest=70, widest_from="the range is 70 wide",
    ),
    Metric(
        "arm_swing", "Arm swing", "deg", "arms", SIDE, 24, 6,
        "Range of the near upper arm's angle against the trunk within a stride.",
        "Arellano & Kram 2014", 1.5, f"{KEYPOINTS}: shoulder and elbow; 6 % of the swing is added", "D",
        smallest_change=10.0,
        widest=40, widest_from="runners swing by 20 to 80",
    ),
    Metric(
        "step_length", "Step length", "m", "rhythm", SIDE, 24, 4,
        "Running speed times step time.",
        "Burns 2019", 0.0, "all of its error is the speed's", "C",
        smallest_change=0.05,
        widest=0.5, widest_from="from jogging to fast running it is 0.7 to 1.6",
    ),
    Metric(
        "speed", "Speed", "m/s", "rhythm", SIDE, 24, 4,
        "As told; else the standing feet's speed against the picture (treadmill) or the hips' (overground), in metres "
        "by the runner's height.",
        "Willwacher 2021", 0.08, "foot and hip are not at the same depth; scale adds 4 %", "C",
        smallest_change=0.15,
        widest=1.5, widest_from="from jogging to fast running it is 2 to 5",
    ),
    Metric(
        "vertical_ratio", "Bounce per step", "%", "rhythm", SIDE, 24, 6,
        "Bounce over step length.",
        "Folland 2017", 0.05, f"{KEYPOINTS}; the scale cancels where both come from the picture", "B",
        smallest_change=1.0,
        widest=6, widest_from="runners have 4 to 12",
    ),
    Metric(
        "contact_time_asymmetry", "Left-right time on the ground", "%", "rhythm", SIDE, 60, 20,
        "100 (left - right) / mean of the time on the ground; needs 10 contacts of each foot.",
        "collegiate runners 2023", 1.95, "nearer and further leg err differently: 15 ms of 250 at 95 %", "C",
        smallest_change=10.0,
        widest=20, widest_from="the range is 20 wide",
    ),
    Metric(
        "step_time_asymmetry", "Left-right step time", "%", "rhythm", SIDE, 60, 20,
        "100 (left - right) / mean of the step time; a left step ends with the left foot's contact.",
        "collegiate runners 2023", 1.75, "nearer and further contact err differently: 8 ms twice in 350", "C",
        smallest_change=10.0,
        widest=20, widest_from="the range is 20 wide",
    ),
    Metric(
        "stride_variability", "Stride-to-stride variation", "%", "rhythm", ANGLED, 100, 20,
        "Spread of the time between every second crossing of the ankles over its middle, from the median absolute "
        "deviation; crossings are told more exactly than contacts.",
        "Meardon 2011", 0.24, "keypoint noise at the crossing of the ankles, 2 ms", "D",
        smallest_change=1.0,
        widest=3, widest_from="runners have 1 to 4",
    ),
    Metric(
        "leg_stiffness", "Leg stiffness", "kN/m", "legs", SIDE, 120, 12,
        "Spring of the sine-wave model from time on the ground, time in the air, speed, mass and height.",
        "Morin 2005", 0.5, f"leg length; {EVENTS} is added; the model itself reads up to 7 % low", "C",
        needs=("height_m", "mass_kg"), smallest_change=2.0,
        widest=6, widest_from="runners have 6 to 16",
    ),
    Metric(
        "pelvic_drop", "Pelvis drop", "deg", "legs", FRONTAL, 60, 14,
        "How far the swing side of the pelvis is below the standing side at mid-stance, less its mean over the stride; "
        "mean of both sides.",
        "Dingenen 2018", 1.2, "markers on the pelvis; BlazePose reads 0.2 and 1.4 for 4 deg, -1 for 6 on rendered runners", "C",
        smallest_change=2.8, unseen=LEVEL_HIPS,
        widest=10, widest_from="between runners it is 0 to 12",
    ),
    Metric(
        "step_width", "Step width", "cm", "feet", FRONTAL, 60, 14,
        "Sideways distance of the ankles at successive mid-stances, each from the pelvis' middle; negative = crossing.",
        "Brindle 2014", 1.95, f"{KEYPOINTS}; scale adds 4 %", "C",
        needs=("height_m",), smallest_change=3.0,
        widest=12, widest_from="between runners it is -4 to 14",
    ),
    Metric(
        "knee_window", "Gap between the knees", "ratio", "legs", FRONTAL, 60, 14,
        "Sideways gap of the knees at mid-stance over hip width.",
        "own definition", 0.125, f"{KEYPOINTS}: knees; 11 % of the gap is added for the hips", "D",
        smallest_change=0.3,
        widest=0.6, widest_from="between runners it is 0.1 to 1",
    ),
    Metric(
        "arm_swing_symmetry", "Left-right arm swing", "%", "arms", FRONTAL, 24, 8,
        "200 (left - right) / (left + right) of the wrists' height range within a stride.",
        "own definition", 2.8, f"{KEYPOINTS}: wrists that rise by a quarter of a leg; more where they rise less", "D",
        smallest_change=20.0,
        widest=40, widest_from="the range is 40 wide",
    ),
)  # fmt: skip


METRICS: dict[str, Metric] = {row.id: row for row in _ROWS}
