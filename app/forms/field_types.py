"""What each kind of input does: texts from a page -> a value, and back. One class a component type."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

import re2
from stdnum.nl import bsn

from app.clock import AMSTERDAM
from app.feel import to_variable
from app.forms.definition import Component

Options = Sequence[tuple[str, str]]
"""(value, label) of each choice."""
MAX_CHARS = {"textfield": 500, "textarea": 20_000}


class FieldError(Exception):
    """What is wrong with an answer, in plain Dutch."""


class FieldType:
    """Reads and writes the answers of one component type."""

    template: ClassVar[str] = "tekstveld"
    suffixes: ClassVar[tuple[str, ...]] = ("",)
    """What comes behind the name for each of its inputs."""

    def read(self, component: Component, texts: list[list[str]], *, options: Options, now: datetime) -> Any:
        """The value, None for no answer. Raises FieldError."""
        text = _one(texts)
        return self.value(component, text, options=options, now=now) if text else None

    def value(self, component: Component, text: str, *, options: Options, now: datetime) -> Any:
        raise NotImplementedError

    def write(self, component: Component, value: Any) -> list[list[str]]:
        """The texts that stand for a value, one list for each input."""
        return [[] if value is None else [str(value)]]

    def missing(self, component: Component) -> str:
        return f"Vul iets in bij ‘{component.label}’."


def _one(texts: list[list[str]]) -> str:
    return texts[0][0].strip() if texts and texts[0] else ""


class Text(FieldType):
    def value(self, component: Component, text: str, *, options: Options, now: datetime) -> str:
        text = text.replace("\r\n", "\n")
        rules = component.validate
        most = min(int(rules.get("maxLength") or 10**9), MAX_CHARS[component.type])
        if len(text) > most:
            raise FieldError(f"‘{component.label}’ mag {most} tekens lang zijn; nu zijn het er {len(text)}.")
        if len(text) < int(rules.get("minLength") or 0):
            raise FieldError(f"Schrijf bij ‘{component.label}’ minstens {rules['minLength']} tekens.")
        if rules.get("pattern") and re2.fullmatch(str(rules["pattern"]), text) is None:
            said = rules.get("patternErrorMessage")
            raise FieldError(str(said) if said else f"‘{component.label}’ heeft niet de juiste vorm.")
        self._known_form(component, text)
        return bsn.compact(text) if component.properties.get("opmaak") == "bsn" else text

    def _known_form(self, component: Component, text: str) -> None:
        kind = component.validate.get("validationType")
        if kind == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", text):
            raise FieldError("Vul een e-mailadres in zoals naam@voorbeeld.nl.")
        if kind == "phone" and not re.fullmatch(r"\+?[\d ()-]{8,20}", text):
            raise FieldError("Vul een telefoonnummer in zoals 026 123 45 67.")
        if component.properties.get("opmaak") == "bsn" and not bsn.is_valid(text):
            raise FieldError("Dit is geen geldig burgerservicenummer. Controleer de negen cijfers.")


class TextArea(Text):
    template = "tekstvak"


class Number(FieldType):
    template = "getal"

    def value(self, component: Component, text: str, *, options: Options, now: datetime) -> Any:
        number = self._number(component, text)
        rules = component.validate
        if rules.get("min") is not None and number < Decimal(str(rules["min"])):
            raise FieldError(f"‘{component.label}’ moet {rules['min']} of meer zijn.")
        if rules.get("max") is not None and number > Decimal(str(rules["max"])):
            raise FieldError(f"‘{component.label}’ mag hoogstens {rules['max']} zijn.")
        digits = component.raw.get("decimalDigits")
        exponent = number.as_tuple().exponent
        if digits is not None and isinstance(exponent, int) and -exponent > int(digits):
            most = f"met hoogstens {digits} cijfers achter de komma" if int(digits) else "zonder komma"
            raise FieldError(f"Vul bij ‘{component.label}’ een getal in {most}.")
        return to_variable(number)

    def _number(self, component: Component, text: str) -> Decimal:
        plain = text.replace(" ", "")
        if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?|-?\d+(,\d+)?", plain):
            plain = plain.replace(".", "").replace(",", ".")
        elif not re.fullmatch(r"-?\d+\.\d+", plain):
            raise FieldError(f"Vul bij ‘{component.label}’ een getal in, zoals 12 of 12,5.")
        if len(plain) > 25:
            raise FieldError(f"Het getal bij ‘{component.label}’ is te groot.")
        try:
            return Decimal(plain)
        except InvalidOperation as error:
            raise FieldError(f"Vul bij ‘{component.label}’ een getal in.") from error

    def write(self, component: Component, value: Any) -> list[list[str]]:
        return [[] if value is None else [str(value).replace(".", ",")]]


class DateTime(FieldType):
    template = "datum"
    suffixes = ("", "__tijd")

    def read(self, component: Component, texts: list[list[str]], *, options: Options, now: datetime) -> Any:
        kind = component.raw.get("subtype", "date")
        first, second = _one(texts[:1]), _one(texts[1:])
        if kind == "time":
            return self._time(component, first).isoformat(timespec="minutes") if first else None
        if kind == "date":
            return self._date(component, first, now).isoformat() if first else None
        if not first and not second:
            return None
        if not first or not second:
            raise FieldError(f"Vul bij ‘{component.label}’ een datum en een tijd in.")
        day, at = self._date(component, first, now), self._time(component, second)
        return datetime.combine(day, at, AMSTERDAM).isoformat()

    def _date(self, component: Component, text: str, now: datetime) -> date:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = self._dutch_date(component, text)
        if not 1900 <= day.year <= 2100:
            raise FieldError(f"Het jaar bij ‘{component.label}’ klopt niet.")
        if component.raw.get("disallowPassedDates") and day < now.astimezone(AMSTERDAM).date():
            raise FieldError(f"De datum bij ‘{component.label}’ is al voorbij.")
        return day

    def _dutch_date(self, component: Component, text: str) -> date:
        match = re.fullmatch(r"(\d{1,2})[-/ .](\d{1,2})[-/ .](\d{4})", text)
        try:
            if match:
                return date(int(match[3]), int(match[2]), int(match[1]))
        except ValueError:
            pass
        raise FieldError(f"Vul bij ‘{component.label}’ een datum in zoals 23-11-2026.")

    def _time(self, component: Component, text: str) -> time:
        match = re.fullmatch(r"(\d{1,2})[:.](\d{2})(?::\d{2})?", text)
        if match and int(match[1]) < 24 and int(match[2]) < 60:
            return time(int(match[1]), int(match[2]))
        raise FieldError(f"Vul bij ‘{component.label}’ een tijd in zoals 13:30.")

    def write(self, component: Component, value: Any) -> list[list[str]]:
        if not isinstance(value, str):
            return [[], []]
        if component.raw.get("subtype") != "datetime":
            return [[value[:10] if component.raw.get("subtype", "date") == "date" else value[:5]], []]
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return [[value], []]
        local = moment.astimezone(AMSTERDAM) if moment.tzinfo else moment
        return [[local.date().isoformat()], [local.strftime("%H:%M")]]

    def missing(self, component: Component) -> str:
        return f"Vul een datum in bij ‘{component.label}’."


class Checkbox(FieldType):
    template = "vinkje"

    def read(self, component: Component, texts: list[list[str]], *, options: Options, now: datetime) -> Any:
        checked = bool(_one(texts))
        # A checkbox that must be ticked is unanswered as long as it isn't.
        return None if component.required and not checked else checked

    def write(self, component: Component, value: Any) -> list[list[str]]:
        return [["ja"] if value is True else []]

    def missing(self, component: Component) -> str:
        return f"Vink ‘{component.label}’ aan."


class Choice(FieldType):
    template = "keuze"

    def value(self, component: Component, text: str, *, options: Options, now: datetime) -> str:
        if text not in {value for value, _ in options}:
            raise FieldError(f"Kies bij ‘{component.label}’ iets uit de lijst.")
        return text

    def missing(self, component: Component) -> str:
        return f"Maak een keuze bij ‘{component.label}’."


class Radio(Choice):
    template = "keuzerondjes"


class Choices(Choice):
    template = "vinkjes"

    def read(self, component: Component, texts: list[list[str]], *, options: Options, now: datetime) -> Any:
        chosen = list(dict.fromkeys(text for text in texts[0] if text)) if texts else []
        for text in chosen:
            self.value(component, text, options=options, now=now)
        return chosen or ([] if not component.required else None)

    def write(self, component: Component, value: Any) -> list[list[str]]:
        return [[str(one) for one in value] if isinstance(value, list) else []]

    def missing(self, component: Component) -> str:
        return f"Kies minstens één mogelijkheid bij ‘{component.label}’."


class Files(FieldType):
    template = "bestanden"
    suffixes = ("__documenten",)

    def write(self, component: Component, value: Any) -> list[list[str]]:
        if not isinstance(value, list):
            return [[]]
        return [[str(one["id"]) for one in value if isinstance(one, Mapping) and "id" in one]]

    def missing(self, component: Component) -> str:
        return f"Voeg een bestand toe bij ‘{component.label}’."


TYPES: dict[str, FieldType] = {
    "textfield": Text(),
    "textarea": TextArea(),
    "number": Number(),
    "datetime": DateTime(),
    "checkbox": Checkbox(),
    "checklist": Choices(),
    "taglist": Choices(),
    "radio": Radio(),
    "select": Choice(),
    "filepicker": Files(),
}
