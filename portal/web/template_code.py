"""How templates become Python: what they call is called straight, and a macro is a plain function.

Jinja asks everything that a template calls, every time, what it would like to be given, and finds an argument that was
left out by an exception. Nothing here asks for Jinja's context (a test sees to it), and Python knows how to leave out
an argument: a call costs a quarter of that, and a page has thirty.
"""

from __future__ import annotations

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef

_NO_CALLER = "caller=undefined('No caller defined', name='caller')"


class StraightCalls(CodeGenerator):
    """Jinja's compiler, as `Environment.code_generator_class` takes one."""

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        if node.dyn_args or node.dyn_kwargs:
            return super().visit_Call(node, frame, forward_caller=forward_caller)
        self.visit(node.node, frame)
        self.write("(")
        for given in (*node.args, *node.kwargs):
            self.visit(given, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """Write the function that stands for a macro, around the `def` that Jinja made of its body."""
        if macro_ref.accesses_kwargs or macro_ref.accesses_varargs:
            return super().macro_def(macro_ref, frame)
        names = [one.name for one in macro_ref.node.args]
        taken = [f"{name}=missing" for name in names]
        if macro_ref.accesses_caller and "caller" not in names:
            names.append("caller")
            taken.append(_NO_CALLER)
        made = f"_macro({', '.join(names)})"
        made = f"str.__new__(Markup, {made})" if frame.eval_ctx.autoescape else made
        self.write(f"lambda {', '.join([*taken, '*', '_macro=macro'])}: {made}")
