"""Small DMN files for the tests, written with as few words as can be."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def file(*parts: str, namespace: str = "urn:proef") -> bytes:
    head = f'<definitions xmlns="{NAMESPACE}" id="d" name="Proef" namespace="{namespace}">'
    return (head + "".join(parts) + "</definitions>").encode()


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def needs(*hrefs: str, kind: str = "Decision") -> str:
    outer = "knowledgeRequirement" if kind == "Knowledge" else "informationRequirement"
    return "".join(f'<{outer}><required{kind} href="{one}"/></{outer}>' for one in hrefs)


def decision(id: str, logic: str, *, requires: str = "", type: str = "") -> str:
    typed = f' typeRef="{type}"' if type else ""
    return f'<decision id="{id}" name="{id}"><variable name="{id}"{typed}/>{requires}{logic}</decision>'


def input_data(name: str, type: str = "") -> str:
    typed = f' typeRef="{type}"' if type else ""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}"{typed}/></inputData>'


def knowledge(id: str, parameters: Sequence[str], logic: str, *, requires: str = "", type: str = "") -> str:
    formal = "".join(
        f'<formalParameter name="{name}"' + (f' typeRef="{kind}"/>' if kind else "/>")
        for name, _, kind in (one.partition(":") for one in parameters)
    )
    typed = f' typeRef="{type}"' if type else ""
    return (
        f'<businessKnowledgeModel id="{id}" name="{id}"><variable name="{id}"/>{requires}'
        f"<encapsulatedLogic{typed}>{formal}{logic}</encapsulatedLogic></businessKnowledgeModel>"
    )


def context(*entries: tuple[str, str]) -> str:
    """Entries of a name (nothing for the result, `name:type` with a type) and a boxed expression."""
    made = ""
    for name, logic in entries:
        called, _, kind = name.partition(":")
        typed = f' typeRef="{kind}"' if kind else ""
        variable = f'<variable name="{called}"{typed}/>' if called else ""
        made += f"<contextEntry>{variable}{logic}</contextEntry>"
    return f"<context>{made}</context>"


def table(
    policy: str,
    inputs: Sequence[tuple[str, str]],
    rules: Sequence[Sequence[str]],
    *,
    allowed: str = "",
    values: str = "",
    default: str = "",
) -> str:
    """A table with one output. `inputs` are (expression, type), the last cell of a rule is its output."""
    columns = "".join(
        f'<input id="i{at}" label="{text}"><inputExpression typeRef="{kind}"><text>{text}</text>'
        f"</inputExpression>{_texts('inputValues', allowed)}</input>"
        for at, (text, kind) in enumerate(inputs)
    )
    output = f'<output id="o" name="uit">{_texts("outputValues", values)}'
    output += f"{_texts('defaultOutputEntry', default)}</output>"
    rows = ""
    for number, cells in enumerate(rules, 1):
        tests = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells[:-1])
        result = f"<outputEntry><text>{escape(cells[-1])}</text></outputEntry>"
        rows += f'<rule id="r{number}">{tests}{result}</rule>'
    return f'<decisionTable id="tabel" {policy}>{columns}{output}{rows}</decisionTable>'


def _texts(name: str, text: str) -> str:
    return f"<{name}><text>{escape(text)}</text></{name}>" if text else ""
