"""Random syntax trees, of every kind of node that a text can give."""

from decimal import Decimal

from hypothesis import strategies as st

from app.feel import syntax, temporal
from app.feel.syntax import Test as UnaryTest
from app.feel.syntax import Type

NAMES = st.sampled_from(["a", "b", "x", "lijst", "groep", "een naam", "count", "item", "?"])
MOMENTS = [
    "2026-11-24",
    "10:30:00",
    "10:30:00@Europe/Amsterdam",
    "2026-11-24T10:30:00Z",
    "P1D",
    "P1Y2M",
    "-PT3H",
]
TYPES = st.recursive(
    st.sampled_from(["number", "string", "Any", "date and time", "Null"]).map(Type),
    lambda inner: st.one_of(
        inner.map(lambda one: Type("list", (one,))),
        inner.map(lambda one: Type("context", (), (("a b", one),))),
        st.lists(inner, min_size=1, max_size=3).map(lambda many: Type("function", tuple(many))),
    ),
    max_leaves=3,
)
CONSTANTS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 10**14),
    st.decimals(0, 10**6, places=3).map(lambda value: Decimal(f"{value}1")),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    st.sampled_from(MOMENTS).map(temporal.parse),
).map(lambda value: syntax.Constant(0, value))
LEAVES = st.one_of(CONSTANTS, NAMES.map(lambda name: syntax.Name(0, name)))


def _bigger(inner: st.SearchStrategy[syntax.Node]) -> st.SearchStrategy[syntax.Node]:
    zero = st.just(0)
    many = st.lists(inner, max_size=3).map(tuple)
    test = st.builds(UnaryTest, zero, st.sampled_from([None, "<", "<=", ">", ">=", "=", "!="]), inner)
    iterator = st.builds(syntax.Iterator, NAMES, inner, st.one_of(st.none(), inner))
    iterators = st.lists(iterator, min_size=1, max_size=2).map(tuple)
    entries = st.dictionaries(st.text(max_size=4).filter(_has_no_half), inner, max_size=3)
    return st.one_of(
        st.builds(syntax.ListLiteral, zero, many),
        entries.map(lambda made: syntax.ContextLiteral(0, tuple(made.items()))),
        st.builds(syntax.RangeLiteral, zero, inner, inner, st.booleans(), st.booleans()),
        st.builds(syntax.OperatorRange, zero, st.sampled_from(["<", ">=", "!="]), inner),
        st.builds(syntax.Negation, zero, inner),
        st.builds(syntax.Arithmetic, zero, st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner),
        st.builds(syntax.Comparison, zero, st.sampled_from(["=", "!=", "<", ">="]), inner, inner),
        st.builds(
            syntax.Logic,
            zero,
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3).map(tuple),
        ),
        st.builds(syntax.Between, zero, inner, inner, inner),
        st.builds(syntax.In, zero, inner, st.lists(test, min_size=1, max_size=3).map(tuple)),
        st.builds(syntax.InstanceOf, zero, inner, TYPES),
        st.builds(syntax.If, zero, inner, inner, inner),
        st.builds(syntax.For, zero, iterators, inner),
        st.builds(syntax.Quantified, zero, st.sampled_from(["some", "every"]), iterators, inner),
        st.builds(syntax.Filter, zero, inner, inner),
        st.builds(syntax.Path, zero, inner, st.sampled_from(["a", "b c", "time offset", "jaar-1"])),
        st.builds(syntax.Call, zero, inner, many, st.just(())),
        st.builds(
            syntax.Call,
            zero,
            st.sampled_from(["count", "string length", "f"]).map(lambda name: syntax.Name(0, name)),
            st.tuples(inner),
            st.just(("een naam",)),
        ),
        st.builds(syntax.FunctionLiteral, zero, st.just(("p", "q r")), st.tuples(st.none(), TYPES), inner),
    )


def _has_no_half(text: str) -> bool:
    return not any("\ud800" <= one <= "\udfff" for one in text)


TREES: st.SearchStrategy[syntax.Node] = st.recursive(LEAVES, _bigger, max_leaves=12)
