"""Tokens -> syntax tree: expressions (DMN 1.3, 10.3.1.2) and the unary tests of decision tables.

Written by hand: a name in FEEL may hold spaces and signs, so what is one name depends on what is in scope.
"""

from collections.abc import Collection

from app.feel import syntax
from app.feel.parser.terms import COMPARISONS, TermParser
from app.feel.syntax import NamedTypes, Node

_AFTER_VALUE = ["and", "or", "between", "in", "instance of", "then", "else", "return", "satisfies"]


class Parser(TermParser):
    """Operators, from loosest to tightest, on top of the terms of TermParser."""

    def whole_expression(self) -> Node:
        node = self.expression()
        self._expect_end()
        return node

    def whole_tests(self) -> syntax.Tests:
        at = self.current.at
        if self.at_symbol("-") and self.ahead().kind == "end":
            self.take()
            return syntax.Tests(at, (), False)
        negated = self._at_negation()
        if negated:
            self.take()
            self.take()
        tests = self.tests()
        if negated:
            self.expect_symbol(")")
        self._expect_end()
        return syntax.Tests(at, tests, negated)

    def _at_negation(self) -> bool:
        """Whether the whole cell is `not(…)`; in `not(a) and b` it is the function."""
        if not (self.at_word("not") and self.ahead().text == "("):
            return False
        depth = 0
        for place in range(self.place + 1, len(self.tokens)):
            text = self.tokens[place].text if self.tokens[place].kind == "symbol" else ""
            depth += (text in ("(",)) - (text in (")",))
            if depth == 0:
                return self.tokens[place + 1].kind == "end"
        return False

    def _expect_end(self) -> None:
        if self.current.kind != "end":
            self.fail("een operator of het einde", [*_AFTER_VALUE, *self.all_names])

    def tests(self) -> tuple[syntax.Test, ...]:
        found = [self.test()]
        while self.skip_symbol(","):
            found.append(self.test())
        return tuple(found)

    def test(self) -> syntax.Test:
        at = self.current.at
        if self.at_symbol(*COMPARISONS):
            operator = self.take().text
            return syntax.Test(at, operator, self.sum())
        return syntax.Test(at, None, self.expression())

    def expression(self) -> Node:
        self.enter()
        node = self._disjunction()
        self.leave()
        return node

    def _disjunction(self) -> Node:
        at, operands = self.current.at, [self._conjunction()]
        while self.skip_word("or"):
            operands.append(self._conjunction())
        return operands[0] if len(operands) == 1 else syntax.Logic(at, "or", tuple(operands))

    def _conjunction(self) -> Node:
        at, operands = self.current.at, [self._comparison()]
        while self.skip_word("and"):
            operands.append(self._comparison())
        return operands[0] if len(operands) == 1 else syntax.Logic(at, "and", tuple(operands))

    def _comparison(self) -> Node:
        node = self.sum()
        while True:
            at = self.current.at
            if self.at_symbol(*COMPARISONS):
                operator = self.take().text
                node = syntax.Comparison(at, operator, node, self.sum())
            elif self.skip_word("between"):
                low = self.sum()
                self.expect_word("and")
                node = syntax.Between(at, node, low, self.sum())
            elif self.skip_word("in"):
                node = syntax.In(at, node, self._in_tests())
            elif self.at_word("instance") and self.ahead().text == "of":
                self.take()
                self.take()
                node = syntax.InstanceOf(at, node, self.type())
            else:
                return node

    def _in_tests(self) -> tuple[syntax.Test, ...]:
        at = self.current.at
        if self.at_symbol(*COMPARISONS):
            operator = self.take().text
            return (syntax.Test(at, operator, self.sum()),)
        if not self.at_symbol("("):
            return (syntax.Test(at, None, self.sum()),)
        self.take()
        tests = self.tests()
        if len(tests) == 1 and tests[0].operator is None and self.at_symbol(".."):
            return (syntax.Test(at, None, self.range_after(at, tests[0].operand, low_included=False)),)
        self.expect_symbol(")")
        return tests

    def sum(self) -> Node:
        node = self._product()
        while self.at_symbol("+", "-"):
            token = self.take()
            node = syntax.Arithmetic(token.at, token.text, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._power()
        while self.at_symbol("*", "/"):
            token = self.take()
            node = syntax.Arithmetic(token.at, token.text, node, self._power())
        return node

    def _power(self) -> Node:
        node = self._negation()
        while self.at_symbol("**"):
            at = self.take().at
            node = syntax.Arithmetic(at, "**", node, self._negation())
        return node

    def _negation(self) -> Node:
        if not self.at_symbol("-"):
            return self.postfix()
        at = self.take().at
        self.enter()
        node = syntax.Negation(at, self._negation())
        self.leave()
        return node


def parse_expression(
    text: str, names: Collection[str] = (), members: Collection[str] = (), types: NamedTypes | None = None
) -> Node:
    """`members` are names with spaces that stand behind a dot or in a filter only.

    Raises FeelSyntaxError, or FeelLimitError for a text that is too long or too deep.
    """
    return Parser(text, names, members, types).whole_expression()


def parse_tests(
    text: str, names: Collection[str] = (), members: Collection[str] = (), types: NamedTypes | None = None
) -> syntax.Tests:
    """Raises FeelSyntaxError, or FeelLimitError for a text that is too long or too deep."""
    return Parser(text, names, members, types).whole_tests()
