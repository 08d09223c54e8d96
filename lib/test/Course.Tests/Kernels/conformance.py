"""Jupyter's own conformance suite for kernels (jupyter_kernel_test), with every sample filled in."""
import os
import unittest

import jupyter_kernel_test


class CSharpKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = os.environ["KERNEL_NAME"]
    language_name = "C#"
    file_extension = ".cs"

    code_hello_world = 'Console.WriteLine("hello, world");'
    code_stderr = 'Console.Error.WriteLine("oops");'
    completion_samples = [
        {"text": "Console.WriteL", "matches": ["WriteLine"]},
        {"text": 'var text = "a"; text.Substr', "matches": ["Substring"]},
        {"text": "System.Tex", "matches": ["Text"]},
    ]
    complete_code_samples = ["1 + 1", "int x = 3;", "class A { }", "if (true) { }", ""]
    incomplete_code_samples = ["class A {", "int F() {\n  return 1;", "var x = new[] {"]
    invalid_code_samples = ["int = 5;", "class }"]
    code_generate_error = 'throw new InvalidOperationException("on purpose");'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": '"text"', "result": "text"},
        {"code": "new[] { 1, 2 }", "mime": "text/html"},
        {"code": "6 * 7 + 0", "result": "42"},
    ]
    code_display_data = [
        {"code": 'display(HTML("<b>bold</b>"));', "mime": "text/html"},
        {"code": '"shown".Display();', "mime": "text/plain"},
    ]
    code_history_pattern = "6 * 7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Console.WriteLine"
    code_clear_output = "ClearOutput();"


if __name__ == "__main__":
    unittest.main()
