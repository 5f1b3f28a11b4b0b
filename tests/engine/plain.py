"""The same process in SpiffWorkflow as it comes: uncut, in memory, with its own specifications."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from app import feel


class _Feel(PythonScriptEngine):
    """Conditions are FEEL, as in our diagrams."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return feel.compile(expression.removeprefix("=")).evaluate(task.data)


class Plain:
    """A process that SpiffWorkflow runs by itself."""

    def __init__(self, *files: bytes) -> None:
        parser = BpmnParser()
        for content in files:
            parser.add_bpmn_xml(etree.fromstring(content))
        inner = parser.get_subprocess_specs("proef")
        self.workflow = BpmnWorkflow(parser.get_spec("proef"), inner, script_engine=_Feel())
        self.workflow.do_engine_steps()

    @classmethod
    def of(cls, workflow: Any) -> "Plain":
        """One that was read from its text: what evaluates expressions is not kept in there."""
        found = cls.__new__(cls)
        found.workflow = workflow
        found.workflow.script_engine = _Feel()
        return found

    def _waiting(self) -> list[Any]:
        return list(self.workflow.get_tasks(state=TaskState.READY, manual=True))

    def tasks(self) -> list[str]:
        return sorted(task.task_spec.bpmn_id for task in self._waiting())

    def complete(self, element_id: str, answers: dict[str, Any]) -> None:
        task = next(task for task in self._waiting() if task.task_spec.bpmn_id == element_id)
        task.data.update(answers)
        task.run()
        self.workflow.do_engine_steps()

    def receive(self, name: str) -> None:
        """The message that an event waits for."""
        self.workflow.catch(BpmnEvent(MessageEventDefinition(name)))
        self.workflow.do_engine_steps()

    @property
    def ended(self) -> bool:
        return bool(self.workflow.is_completed())

    @property
    def variables(self) -> dict[str, Any]:
        return dict(self.workflow.data)
