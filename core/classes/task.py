"""What a class asks for, as one frozen value, with a sentence for each rule that is kept or broken.

It looks at specs and numbers only, never at what somebody says of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator

from core.classes.settings import SETTINGS, group_of
from core.errors import UserError
from core.model.kind import Frozen
from core.model.presets import PRESETS
from core.model.refusal import refusal
from core.model.shapes import network_cost
from core.model.specs import MOST_EPOCHS, RunSpec
from core.words import listed, so_many


@dataclass(frozen=True)
class Check:
    """One rule held against a configuration or a run.

    Attributes:
        kept: whether it is kept; None: only the training will show.
        sentence: what is asked and what there is.
        group: the settings that decide it (`SETTINGS`), where it is about some.
    """

    kept: bool | None
    sentence: str
    group: str | None = None


class Task(Frozen):
    """What a class asks for; a limit that is None is none.

    Attributes:
        accuracy: on the validation images, as a share: the goal, not a rule.
        parameters: the network must have fewer.
        epochs: at most.
        minutes: of training, at most.
        images: drawn for training and validation together, at most.
        presets: that pupils may begin with, by name.
        settings: the groups of settings (`SETTINGS`) that pupils may touch.
        sweeps: whether the runs of a pupil's sweep belong to the class.
    """

    accuracy: Annotated[float, Field(gt=0, le=1)] = 0.985
    parameters: Annotated[int | None, Field(ge=1)] = None
    epochs: Annotated[int | None, Field(ge=1, le=MOST_EPOCHS)] = None
    minutes: Annotated[float | None, Field(gt=0)] = None
    images: Annotated[int | None, Field(ge=2)] = None
    presets: tuple[str, ...] = tuple(PRESETS)
    settings: tuple[str, ...] = tuple(SETTINGS)
    sweeps: bool = False

    @field_validator("presets")
    @classmethod
    def _offered(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Return the presets that there are: another version of the app may have had others."""
        if not (known := tuple(name for name in PRESETS if name in value)):
            raise UserError("A class offers at least one preset: choose one.")
        return known

    @field_validator("settings")
    @classmethod
    def _touched(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in SETTINGS if name in value)

    @property
    def fixed(self) -> tuple[str, ...]:
        """The groups of settings that stay as the preset has them."""
        return tuple(name for name in SETTINGS if name not in self.settings)

    def leaves(self, path: str) -> bool:
        """Return whether pupils may touch the setting at a path, such as "layers.3.rate"."""
        return group_of(path) in self.settings

    def sentence(self) -> str:
        """Return what is asked, in one sentence."""
        return f"Reach at least {_percent(self.accuracy)} on the validation images{self._limits()}."

    def _limits(self) -> str:
        said = [
            self.parameters and f"under {self.parameters:,} parameters",
            self.epochs and f"at most {so_many(self.epochs, 'epoch')}",
            self.minutes and f"at most {so_many(self.minutes, 'minute')} of training",
            self.images and f"at most {self.images:,} images",
        ]
        limits = [limit for limit in said if limit]
        return f" with {listed(limits)}" if limits else ""

    def checks(self, spec: RunSpec, minutes: float | None = None) -> list[Check]:
        """Return each rule held against a configuration.

        Args:
            minutes: for which it was trained; None: it was not yet.
        """
        return [self._setup(spec), *self._sizes(spec), *self._time(minutes)]

    def broken(self, spec: RunSpec, minutes: float | None = None) -> list[str]:
        """Return a sentence for each rule that a configuration breaks."""
        return [check.sentence for check in self.checks(spec, minutes) if check.kept is False]

    def refusal(self, spec: RunSpec) -> str | None:
        """Return why this class does not let a configuration be trained at all, or None."""
        check = self._setup(spec)
        return None if check.kept else check.sentence

    def begun(self, preset: RunSpec) -> RunSpec:
        """Return a preset as pupils begin with it: within the limits that they may keep by themselves."""
        if self.epochs and "epochs" in self.settings:
            preset = preset.model_copy(update={"epochs": min(preset.epochs, self.epochs)})
        if self.images and "data" in self.settings:
            preset = preset.drawn_from(preset.data.source, min(preset.data.images, self.images))
        return preset

    def stuck(self, preset: str) -> list[str]:
        """Return a sentence for each rule that a preset breaks and pupils may do nothing about."""
        checks = self.checks(self.begun(PRESETS[preset].spec))
        return [one.sentence for one in checks if one.kept is False and one.group in self.fixed]

    def check_possible(self) -> None:
        """Refuse a task whose rules nobody could keep.

        Raises:
            UserError: each preset breaks one in a setting that stays as it is.
        """
        reasons = [self.stuck(name) for name in self.presets]
        if all(reasons):
            title = PRESETS[self.presets[0]].title
            raise UserError(
                f"Nobody could keep these rules, since pupils may not touch what breaks them. “{title}” has "
                f"{' '.join(reasons[0])} Change the limit, or let pupils touch that setting."
            )

    def _setup(self, spec: RunSpec) -> Check:
        """Hold a configuration against the preset that it is nearest to."""
        names = self.presets
        changed = {name: _changed(PRESETS[name].spec, spec, self.fixed) for name in names}
        nearest = min(names, key=lambda name: len(changed[name]))
        title = PRESETS[nearest].title
        if not changed[nearest]:
            return Check(True, f"It is “{title}”, changed only where the class allows it.")
        touched = listed([SETTINGS[name].title for name in changed[nearest]])
        return Check(
            False,
            f"This class leaves {touched} as the preset has them: choose one of its presets, the nearest is "
            f"“{title}”.",
        )

    def _sizes(self, spec: RunSpec) -> Iterator[Check]:
        has = network_cost(spec.layers).parameters
        if most := self.parameters:
            yield Check(has < most, f"{has:,} parameters: the class asks for under {most:,}.", "layers")
        if most := self.epochs:
            asked = f"{so_many(spec.epochs, 'epoch')}: the class asks for at most {most}."
            yield Check(spec.epochs <= most, asked, "epochs")
        if most := self.images:
            images = spec.data.images
            asked = f"{images:,} images: the class asks for at most {most:,}."
            yield Check(images <= most, asked, "data")

    def _time(self, minutes: float | None) -> Iterator[Check]:
        if self.minutes is None:
            return
        asked = f"the class asks for at most {so_many(self.minutes, 'minute')}"
        if minutes is None:
            yield Check(None, f"Minutes are known after the training: {asked}.")
        else:
            yield Check(
                minutes <= self.minutes, f"{so_many(round(minutes, 2), 'minute')} of training: {asked}."
            )


def task(values: dict[str, Any]) -> Task:
    """Return the task that values stand for, as a form or the store has them.

    Raises:
        UserError: one sentence that says what is wrong.
    """
    try:
        return Task.model_validate(values)
    except ValidationError as error:
        raise UserError(refusal(error)) from None


def _changed(preset: RunSpec, spec: RunSpec, groups: Iterable[str]) -> list[str]:
    """Return the groups of settings in which a configuration is not as its preset."""
    return [
        name
        for name in groups
        if any(getattr(preset, field) != getattr(spec, field) for field in SETTINGS[name].fields)
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.10g}%"
