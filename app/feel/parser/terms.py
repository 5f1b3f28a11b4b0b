"""The terms of FEEL: constants, names, lists, contexts, ranges, loops, functions, and what follows them."""

from abc import abstractmethod
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from app.feel import syntax, temporal
from app.feel.builtins import BUILTIN_NAMES
from app.feel.errors import FeelSyntaxError
from app.feel.lexer import Token, unquote
from app.feel.parser.scope_names import ScopeNames, joined
from app.feel.parser.token_stream import RESERVED, TokenStream
from app.feel.properties import PROPERTY_NAMES
from app.feel.syntax import NamedTypes, Node, Type
from app.feel.values import NUMBERS, finite

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_BUILTINS = ScopeNames(BUILTIN_NAMES)
_NEVER_FIRST = frozenset(["and", "or", "then", "else", "return", "satisfies", "in", "between", "instance"])
_CONSTANTS = {"true": True, "false": False, "null": None}
_TYPE_NAMES = {
    "date and time": ("date", "and", "time"),
    "days and time duration": ("days", "and", "time", "duration"),
    "years and months duration": ("years", "and", "months", "duration"),
}


def _number(text: str) -> Any:
    """A number of the text: whole ones as int, which counts faster."""
    return int(text) if text.isdigit() and len(text) <= 15 else finite(NUMBERS.create_decimal(Decimal(text)))


class TermParser(TokenStream):
    """Everything of the grammar except the operators, which Parser adds."""

    def __init__(
        self, text: str, names: Collection[str], members: Collection[str], types: NamedTypes | None
    ) -> None:
        super().__init__(text)
        self._given_names = names
        self._scope = ScopeNames.knowing(names)
        self._members = ScopeNames.knowing((*PROPERTY_NAMES, *members))
        self._filters = 0
        self._types = types
        self._type_names = ScopeNames.knowing(() if types is None else types.names)

    @property
    def all_names(self) -> list[str]:
        return [*BUILTIN_NAMES, *self._given_names]

    @abstractmethod
    def expression(self) -> Node: ...

    @abstractmethod
    def sum(self) -> Node: ...

    def postfix(self) -> Node:
        node = self._term()
        while True:
            at = self.current.at
            if self.skip_symbol("."):
                node = syntax.Path(at, node, self._member_name())
            elif self.at_symbol("[") and self._starts_value(self.ahead()):
                self.take()
                self._filters += 1
                node = syntax.Filter(at, node, self.expression())
                self._filters -= 1
                self.expect_symbol("]")
            elif self.at_symbol("("):
                node = self._call(node)
            else:
                return node

    @staticmethod
    def _starts_value(token: Token) -> bool:
        """Whether an expression can start here: in `[1..10[` the last bracket is no filter."""
        if token.kind == "symbol":
            return token.text in ("(", "[", "{", "@", "-")
        return token.kind != "end" and token.text not in _NEVER_FIRST

    def _term(self) -> Node:
        token = self.current
        if token.kind == "number":
            self.take()
            return syntax.Constant(token.at, _number(token.text))
        if token.kind == "string":
            return syntax.Constant(token.at, unquote(self.take(), self.text))
        if token.kind == "quoted":
            self.take()
            return syntax.Name(token.at, token.text[1:-1])
        return self._word() if token.kind == "name" else self._bracket()

    def _word(self) -> Node:
        at, word = self.current.at, self.current.text
        known = self._known_name()
        if known is not None:
            return syntax.Name(at, known)
        if word in ("if", "for", "some", "every"):
            return self._statement(word)
        if word == "function" and self.ahead().text == "(":
            return self._function()
        if word in _CONSTANTS:
            self.take()
            return syntax.Constant(at, _CONSTANTS[word])
        if word in RESERVED:
            self.fail("een waarde")
        self.take()
        return syntax.Name(at, word)

    def _known_name(self) -> str | None:
        """Take the name of several words that starts here, if there is one."""
        found = self._scope.find(self.tokens, self.place)
        if found is None and self._filters:
            # In a filter the entries of each item are in scope.
            found = self._members.find(self.tokens, self.place)
        builtin = _BUILTINS.find(self.tokens, self.place)
        if builtin is not None and (found is None or self.ahead(builtin[1]).text == "("):
            found = builtin if found is None or builtin[1] >= found[1] else found
        if found is None:
            return None
        self.place += found[1]
        return found[0]

    def _member_name(self) -> str:
        found = self._members.find(self.tokens, self.place) or self._scope.find(self.tokens, self.place)
        if found is not None:
            self.place += found[1]
            return found[0]
        if self.current.kind == "quoted":
            return self.take().text[1:-1]
        if self.current.kind != "name":
            self.fail("een naam")
        return self.take().text

    def _bracket(self) -> Node:
        at = self.current.at
        if self.skip_symbol("("):
            if self.at_symbol(*COMPARISONS):
                return self._operator_range(at)
            node = self.expression()
            if self.at_symbol(".."):
                return self.range_after(at, node, low_included=False)
            self.expect_symbol(")")
            return node
        if self.skip_symbol("["):
            return self._list_or_range(at)
        if self.at_symbol("]"):
            self.take()
            return self.range_after(at, self.sum(), low_included=False)
        if self.skip_symbol("{"):
            return self._context(at)
        if self.skip_symbol("@"):
            return self._at_literal(at)
        return self.fail("een waarde")

    def _operator_range(self, at: int) -> Node:
        operator = self.take().text
        node = syntax.OperatorRange(at, operator, self.sum())
        self.expect_symbol(")")
        return node

    def _list_or_range(self, at: int) -> Node:
        if self.skip_symbol("]"):
            return syntax.ListLiteral(at, ())
        items = [self.expression()]
        if self.at_symbol(".."):
            return self.range_after(at, items[0], low_included=True)
        while self.skip_symbol(","):
            items.append(self.expression())
        self.expect_symbol("]")
        return syntax.ListLiteral(at, tuple(items))

    def range_after(self, at: int, low: Node, *, low_included: bool) -> Node:
        """The rest of a range, from its two dots."""
        self.expect_symbol("..")
        high = self.sum()
        if not self.at_symbol("]", ")", "["):
            self.fail("een ']' of ')'")
        return syntax.RangeLiteral(at, low, high, low_included, self.take().text == "]")

    def _at_literal(self, at: int) -> Node:
        if self.current.kind != "string":
            self.fail("een tekst na @")
        value = temporal.parse(unquote(self.take(), self.text))
        if value is None:
            raise FeelSyntaxError("Dit is geen datum, tijd of duur.", self.text, at)
        return syntax.Constant(at, value)

    def _context(self, at: int) -> Node:
        entries: list[tuple[str, Node]] = []
        while not self.at_symbol("}"):
            key = self._key()
            if key in dict(entries):
                raise FeelSyntaxError(f"De naam '{key}' staat hier twee keer.", self.text, self.current.at)
            self.expect_symbol(":")
            entries.append((key, self.expression()))
            self._scope.add(key)
            if not self.skip_symbol(","):
                break
        self.expect_symbol("}")
        return syntax.ContextLiteral(at, tuple(entries))

    def _key(self) -> str:
        if self.current.kind == "string":
            return unquote(self.take(), self.text)
        return self._name_until(":")

    def _name_until(self, *ends: str) -> str:
        """A name that is made here: all tokens up to one of the ends."""
        start = self.place
        if self.current.kind == "quoted":
            return self.take().text[1:-1]
        if self.current.kind != "name":
            self.fail("een naam")
        while not self._at_end_of_name(ends):
            self.take()
        name = joined(self.tokens[start : self.place])
        self._scope.add(name)
        return name

    def _at_end_of_name(self, ends: tuple[str, ...]) -> bool:
        token = self.current
        opens = self.at_symbol("{", "}", "[", "]", "(", ")") and token.text not in ends
        if token.kind == "string" or opens:
            self.fail(f"een '{ends[0]}'")
        return token.kind == "end" or token.text in ends

    def _statement(self, word: str) -> Node:
        at = self.take().at
        if word == "if":
            condition = self.expression()
            self.expect_word("then")
            then = self.expression()
            self.expect_word("else")
            return syntax.If(at, condition, then, self.expression())
        iterators = [self._iterator()]
        while self.skip_symbol(","):
            iterators.append(self._iterator())
        if word == "for":
            self.expect_word("return")
            return syntax.For(at, tuple(iterators), self.expression())
        self.expect_word("satisfies")
        return syntax.Quantified(
            at, "some" if word == "some" else "every", tuple(iterators), self.expression()
        )

    def _iterator(self) -> syntax.Iterator:
        name = self._name_until("in")
        self.expect_word("in")
        source = self.expression()
        end = self.expression() if self.skip_symbol("..") else None
        return syntax.Iterator(name, source, end)

    def _function(self) -> Node:
        at = self.take().at
        self.expect_symbol("(")
        parameters: list[str] = []
        types: list[Type | None] = []
        while not self.at_symbol(")"):
            parameters.append(self._name_until(":", ",", ")"))
            types.append(self.type() if self.skip_symbol(":") else None)
            if not self.skip_symbol(","):
                break
        self.expect_symbol(")")
        if self.at_word("external"):
            raise FeelSyntaxError(
                "Functies in een andere taal worden niet uitgevoerd.", self.text, self.current.at
            )
        return syntax.FunctionLiteral(at, tuple(parameters), tuple(types), self.expression())

    def _call(self, target: Node) -> Node:
        at = self.take().at
        arguments: list[Node] = []
        names: list[str] = []
        named = self._named_arguments()
        while not self.at_symbol(")"):
            if named:
                names.append(self._name_until(":"))
                self.expect_symbol(":")
            arguments.append(self.expression())
            if not self.skip_symbol(","):
                break
        if not self.at_symbol(")"):
            self.fail("een ',' of ')'", self.all_names)
        self.take()
        return syntax.Call(at, target, tuple(arguments), tuple(names))

    def _named_arguments(self) -> bool:
        place = self.place
        while self.tokens[place].kind in ("name", "quoted"):
            place += 1
        return place > self.place and self.tokens[place].text == ":"

    def type(self) -> Type:
        """The type after `instance of`, or of a parameter."""
        for name, words in _TYPE_NAMES.items():
            if tuple(token.text for token in self.tokens[self.place : self.place + len(words)]) == words:
                self.place += len(words)
                return Type(name)
        if self.current.kind != "name":
            self.fail("de naam van een type")
        own = self._own_type()
        if own is not None:
            return own
        name = self.take().text
        if name == "function" and self.at_symbol("<"):
            return self._function_type()
        if not self.skip_symbol("<"):
            return Type(name)
        self.enter()
        kind = self._context_type() if name == "context" else Type(name, (self.type(),))
        self.leave()
        self.expect_symbol(">")
        return kind

    def _own_type(self) -> Type | None:
        """A type that was defined elsewhere, if its name stands here; it goes before FEEL's own."""
        types = self._types
        if types is None:
            return None
        found = self._type_names.find(self.tokens, self.place)
        name, length = found or (self.current.text, 1)
        if name not in types.names:
            return None
        self.place += length
        return Type(name, fit=lambda value: types.fit(name, value))

    def _context_type(self) -> Type:
        fields: list[tuple[str, Type]] = []
        while True:
            key = self._name_until(":")
            self.expect_symbol(":")
            fields.append((key, self.type()))
            if not self.skip_symbol(","):
                return Type("context", (), tuple(fields))

    def _function_type(self) -> Type:
        self.take()
        arguments: list[Type] = []
        self.enter()
        while not self.at_symbol(">", "->"):
            arguments.append(self.type())
            if not self.skip_symbol(","):
                break
        self.expect_symbol(">")
        result = self.type() if self.skip_symbol("->") else Type("Any")
        self.leave()
        return Type("function", (*arguments, result))
