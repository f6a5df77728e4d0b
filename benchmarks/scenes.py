"""Thirty pictures of digits as phones, scanners and tablets give them, each told in a line."""

from dataclasses import dataclass

Colour = tuple[float, float, float]
WHITE, YELLOW, GREY = (0.93, 0.93, 0.91), (0.95, 0.9, 0.55), (0.8, 0.8, 0.8)
BLACK, BLUE, RED, PENCIL = (0.1, 0.1, 0.12), (0.13, 0.2, 0.55), (0.75, 0.13, 0.15), (0.45, 0.45, 0.47)
GREEN, CHALK = (0.1, 0.45, 0.25), (0.88, 0.88, 0.85)
BLACKBOARD, GREENBOARD, WOOD, DARK = (
    (0.13, 0.13, 0.14),
    (0.16, 0.27, 0.22),
    (0.36, 0.24, 0.16),
    (0.1, 0.1, 0.11),
)
LINES, GRID = (0.62, 0.74, 0.86), (0.68, 0.72, 0.8)


@dataclass(frozen=True)
class Scene:
    """What is written on what, and how the picture was taken. Lengths are shares of the sheet's longer side.

    Attributes:
        digits: rows of digits, parted by /.
        hand: "own" strokes, or "mnist".
        height, pen: of a digit, and of the stroke as a share of that height.
        gap: between digits, as a share of their height; negative: they touch.
        rules: "ruled" or "squared", `rule` their colour, `every` their distance.
        grain: how much the paper lets through of a stroke, at random, as under a pencil or chalk.
        desk: its colour, or None where the sheet fills the picture; `fills`: the sheet's share of the width.
        tilt: degrees; perspective: how much of the width the far side is narrower.
        clutter: what else there is, of `benchmarks.clutter.CLUTTER`.
        light: of the brightest place; falloff: lost to the farthest; shadow: "soft" or "hard"; glare: a lamp
            is mirrored.
        warmth: of the light, above 0 yellow; blur in pixels; noise of a pixel; quality of the JPEG.
        file: its name; megapixels: its size; turned: EXIF orientation.
    """

    name: str
    digits: str
    hand: str = "own"
    height: float = 0.12
    pen: float = 0.08
    gap: float = 0.4
    ink: Colour = BLACK
    paper: Colour = WHITE
    rules: str = ""
    rule: Colour = LINES
    every: float = 0.045
    grain: float = 0
    desk: Colour | None = None
    fills: float = 0.7
    tilt: float = 0
    perspective: float = 0
    clutter: tuple[str, ...] = ()
    light: float = 0.9
    falloff: float = 0.2
    shadow: str = ""
    glare: bool = False
    warmth: float = 0.03
    blur: float = 1.2
    noise: float = 0.02
    quality: int = 85
    file: str = "photo.jpg"
    megapixels: float = 3
    turned: int = 1


# fmt: off
SCENES = (
    Scene("daylight, black pen", "3141592", perspective=0.05, tilt=2, megapixels=12,
          clutter=("crease", "pen")),
    Scene("dim evening light", "27182/81828", "mnist", light=0.42, warmth=0.14, noise=0.05, falloff=0.4,
          blur=1.6, clutter=("finger",)),
    Scene("a sheet on a dark desk", "60221", height=0.16, desk=DARK, tilt=-4, perspective=0.08,
          megapixels=12),
    Scene("a note on wood", "1618/0339", "mnist", 0.2, desk=WOOD, fills=0.45, tilt=7, perspective=0.06,
          clutter=("crease",)),
    Scene("the phone's own shadow", "90817263", "mnist", light=0.85, shadow="soft", falloff=0.3,
          clutter=("crease",)),
    Scene("a hard shadow", "48151623", shadow="hard", ink=BLUE, pen=0.06, tilt=-2),
    Scene("squared, blue ballpoint", "0123456789", "own", 0.085, 0.055, ink=BLUE, rules="squared", rule=GRID,
          tilt=1.5),
    Scene("squared, pencil", "7529/3864", "own", 0.13, 0.065, ink=PENCIL, rules="squared", rule=GRID,
          grain=0.25, clutter=("holes",)),
    Scene("ruled, black pen", "13579/24680", "own", 0.1, 0.07, rules="ruled", every=0.06, perspective=0.05,
          tilt=-1, clutter=("shine-through", "holes")),
    Scene("yellow pad, blue pen", "86753/09", "mnist", 0.14, ink=BLUE, paper=YELLOW, rules="ruled",
          every=0.07, tilt=3),
    Scene("red pen", "5550123", "own", 0.12, 0.06, ink=RED, warmth=0.1, falloff=0.35,
          clutter=("shine-through",)),
    Scene("red pencil, squared", "24/68/10", "own", 0.16, 0.075, ink=RED, grain=0.2, rules="squared",
          every=0.05, noise=0.03),
    Scene("hard pencil", "31337", "own", 0.15, 0.05, ink=(0.62, 0.62, 0.63), grain=0.3, noise=0.03,
          light=0.75, clutter=("crease", "finger")),
    Scene("touching pairs", "35 78/20 46", "mnist", 0.15, gap=-0.1),
    Scene("a touching chain, squared", "20583", "own", 0.2, 0.07, gap=-0.05, ink=BLUE, rules="squared",
          rule=GRID),
    Scene("two rows", "0987/6543", "mnist", 0.18, tilt=-3, quality=70, clutter=("pen",)),
    Scene("three ruled rows, slanted", "1029/3847/5665", "own", 0.11, 0.07, rules="ruled", every=0.05, tilt=5,
          perspective=0.1, clutter=("holes", "crease")),
    Scene("white-board, green marker", "4096/1024", "own", 0.18, 0.09, ink=GREEN, paper=(0.9, 0.92, 0.93),
          light=0.8, falloff=0.3, glare=True, blur=2),
    Scene("chalk on black", "7391", "own", 0.26, 0.09, ink=CHALK, paper=BLACKBOARD, grain=0.35, falloff=0.4),
    Scene("chalk on green", "64/25/80", "mnist", 0.18, ink=CHALK, paper=GREENBOARD, grain=0.25,
          falloff=0.3, tilt=2, noise=0.03),
    Scene("a scan, grey", "1123/5813/2134", "mnist", 0.13, light=1, falloff=0, warmth=0, blur=0.7,
          noise=0.008, clutter=("shine-through", "holes"), file="scan.png"),
    Scene("a scan, 16 bits", "998877", "own", 0.12, 0.05, paper=GREY, light=0.7, falloff=0.1, blur=0.8,
          noise=0.01, file="scan.tiff"),
    Scene("a fax, 1 bit", "40372", "own", 0.16, 0.07, light=1, falloff=0, blur=0.8, noise=0.03,
          file="fax.png"),
    Scene("a tablet's note, black on nothing", "2468", "own", 0.22, 0.05, file="note.png"),
    Scene("a tablet's note, white on nothing", "13579", "mnist", 0.17, ink=(1, 1, 1), file="note.png"),
    Scene("on its side, by EXIF", "6174", "mnist", 0.2, turned=6, perspective=0.06, shadow="soft"),
    Scene("forwarded by a messenger", "112358", "own", 0.11, 0.06, quality=30, megapixels=1.2, blur=1,
          noise=0.03),
    Scene("felt pen, close", "57", "own", 0.62, 0.14, megapixels=8, falloff=0.35, tilt=4, blur=3),
    Scene("twenty small digits", "48203/95716/30482/61957", "mnist", 0.05, gap=0.6, megapixels=12,
          falloff=0.3, clutter=("crease", "shine-through")),
    Scene("a yellow note on a black laptop", "808/17", "own", 0.24, 0.08, paper=YELLOW, desk=DARK, fills=0.5,
          tilt=-8, light=0.7),
)
# fmt: on
