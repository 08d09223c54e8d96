"""What a reader's stop button, background work and input do, through Jupyter: each with its words, in the right cell."""
import os
import queue
import time
import unittest

from jupyter_client.manager import start_new_kernel

KERNEL = os.environ["KERNEL_NAME"]
INTERRUPTED = "The cell was interrupted. The variables are kept, and the next cell can run."


class KernelTest(unittest.TestCase):
    """A kernel for all tests of a class."""
    environment = {}

    @classmethod
    def setUpClass(cls):
        cls.km, cls.kc = start_new_kernel(kernel_name=KERNEL, startup_timeout=120, env={**os.environ, **cls.environment})

    @classmethod
    def tearDownClass(cls):
        cls.kc.stop_channels()
        cls.km.shutdown_kernel(now=True)

    def iopub_until(self, msg_id, done, timeout=120):
        """The messages of a cell, until one of them is what is waited for."""
        messages, end = [], time.time() + timeout
        while time.time() < end:
            try:
                msg = self.kc.get_iopub_msg(timeout=1)
            except queue.Empty:
                self.assertTrue(self.km.is_alive(), "the kernel has died")
                continue
            if msg["parent_header"].get("msg_id") == msg_id:
                messages.append(msg)
                if done(msg):
                    return messages
        self.fail(f"not seen in {timeout} s; only {[m['msg_type'] for m in messages]}")

    def reply_to(self, msg_id, timeout=120):
        end = time.time() + timeout
        while time.time() < end:
            try:
                msg = self.kc.get_shell_msg(timeout=1)
            except queue.Empty:
                self.assertTrue(self.km.is_alive(), "the kernel has died")
                continue
            if msg["parent_header"].get("msg_id") == msg_id:
                return msg["content"]
        self.fail("no reply")

    def run_cell(self, code, **options):
        """A cell's reply, its value and what it printed to each stream."""
        msg_id = self.kc.execute(code, **options)
        messages = self.iopub_until(msg_id, is_idle)
        value = [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "execute_result"]
        return self.reply_to(msg_id), "".join(value), text_of(messages)


class Interrupts(KernelTest):
    def check_interrupted(self, msg_id):
        """An interrupted cell has an error for everybody who listens, and the same in its reply, whole."""
        messages, reply = self.iopub_until(msg_id, is_idle), self.reply_to(msg_id)
        errors = [m["content"] for m in messages if m["msg_type"] == "error"]
        self.assertEqual(len(errors), 1)
        self.assertEqual((reply["status"], reply["ename"], reply["evalue"]), ("error", "Interrupted", INTERRUPTED))
        self.assertIsInstance(reply["execution_count"], int)
        for field in ("ename", "evalue", "traceback"):
            self.assertEqual(errors[0][field], reply[field])
        self.assertTrue(reply["traceback"])

    def test_every_kind_of_cell_is_stopped_and_its_variables_are_kept(self):
        for number, code in enumerate([
            "while (true) { }",
            "System.Threading.Thread.Sleep(-1);",
            "await Task.Delay(-1);",
            'while (true) { Console.WriteLine("abcdefghijklmnopqrstuvwxyz"); }',
            "Parallel.For(0, int.MaxValue, i => System.Threading.Thread.Sleep(10));",
            "while (true) { await Task.Delay(1); }",
            'var token = (System.Threading.CancellationToken)AppContext.GetData("Notebooks.Cancellation"); while (!token.IsCancellationRequested) { }',
        ]):
            with self.subTest(code):
                msg_id = self.kc.execute(f'int kept{number} = {number};\nConsole.WriteLine("go");\n{code}')
                self.iopub_until(msg_id, lambda m: m["msg_type"] == "stream")
                self.km.interrupt_kernel()
                self.check_interrupted(msg_id)
                self.assertEqual(self.run_cell(f"kept{number}")[1], str(number))

    def test_a_question_is_interrupted_and_the_next_one_is_asked(self):
        for code in ("Console.ReadLine();", "await GetInputAsync();"):
            with self.subTest(code):
                msg_id = self.kc.execute(code, allow_stdin=True)
                self.kc.get_stdin_msg(timeout=120)
                self.km.interrupt_kernel()
                self.check_interrupted(msg_id)
        msg_id = self.kc.execute('Console.ReadLine() + "!"', allow_stdin=True)
        self.kc.get_stdin_msg(timeout=120)
        self.kc.input("Ada")
        messages = self.iopub_until(msg_id, lambda m: m["msg_type"] == "execute_result")
        self.assertEqual(messages[-1]["content"]["data"]["text/plain"], "Ada!")
        self.assertEqual(self.reply_to(msg_id)["status"], "ok")

    def test_an_interrupt_while_the_first_cell_waits_for_the_compiler_is_an_error_like_any_other(self):
        for delay in (0, 0.25):
            with self.subTest(delay):
                self.km.restart_kernel(now=True)
                self.kc.wait_for_ready(timeout=120)
                msg_id = self.kc.execute("await Task.Delay(-1);")
                self.iopub_until(msg_id, lambda m: m["msg_type"] == "execute_input")
                time.sleep(delay)
                self.km.interrupt_kernel()
                self.check_interrupted(msg_id)
                self.assertEqual(self.run_cell("1 + 1")[1], "2")

    def test_questions_at_once_are_asked_one_after_the_other(self):
        msg_id = self.kc.execute('var a = GetInputAsync("a"); var b = GetInputAsync("b"); (await a) + (await b)', allow_stdin=True)
        for _ in range(2):
            self.kc.input(self.kc.get_stdin_msg(timeout=120)["content"]["prompt"] * 2)
        messages = self.iopub_until(msg_id, lambda m: m["msg_type"] == "execute_result")
        self.assertEqual(messages[-1]["content"]["data"]["text/plain"], "aabb")
        self.assertEqual(self.reply_to(msg_id)["status"], "ok")

    def test_a_front_end_that_cannot_ask_is_told(self):
        reply, _, _ = self.run_cell("Console.ReadLine()", allow_stdin=False)
        self.assertIn("allow_stdin", reply["evalue"])

    def test_what_nothing_catches_is_told_in_its_cell_and_the_kernel_lives(self):
        for code in (
            'new System.Threading.Thread(() => { System.Threading.Thread.Sleep(200); throw new Exception("oops"); }).Start();',
            'var timer = new System.Threading.Timer(_ => throw new Exception("oops"), null, 200, -1);',
            'async void Late() { await Task.Delay(200); throw new Exception("oops"); }\nLate();',
        ):
            with self.subTest(code):
                msg_id = self.kc.execute(code)
                self.iopub_until(msg_id, lambda m: m["msg_type"] == "stream" and m["content"]["name"] == "stderr" and "oops" in m["content"]["text"])
                self.assertEqual(self.reply_to(msg_id)["status"], "ok")
                self.assertEqual(self.run_cell("1 + 1")[1:], ("2", ""))

    def test_what_a_task_prints_after_its_cell_has_the_cell_as_parent(self):
        msg_id = self.kc.execute('_ = Task.Run(async () => { for (int i = 0; i < 5; i++) { await Task.Delay(100); Console.Write($"late {i} "); } display("shown"); });')
        self.assertEqual(self.reply_to(msg_id)["status"], "ok")
        messages = self.iopub_until(msg_id, lambda m: m["msg_type"] == "display_data")
        self.assertEqual(text_of(messages), "late 0 late 1 late 2 late 3 late 4 ")

    def test_both_halves_of_a_character_arrive_in_one_message(self):
        msg_id = self.kc.execute("foreach (char c in \"a😀b😀\") { Console.Write(c); await Task.Delay(120); }")
        messages = self.iopub_until(msg_id, is_idle)
        self.assertEqual(text_of(messages), "a😀b😀")

    def test_a_recursion_without_end_is_an_error(self):
        reply, _, _ = self.run_cell("int Deep(int n) => 1 + Deep(n + 1) + Deep(n);\nDeep(0)")
        self.assertEqual(reply["ename"], "InsufficientExecutionStackException")


class GermanReader(KernelTest):
    environment = {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}

    def test_numbers_are_the_same_everywhere_until_the_reader_says_otherwise(self):
        code = 'double.Parse("0.1").ToString() + await Task.Run(() => 0.5.ToString())'
        self.assertEqual(self.run_cell(code)[1], "0.10.5")
        self.run_cell('System.Globalization.CultureInfo.CurrentCulture = new("de-DE");')
        self.assertEqual(self.run_cell("0.5.ToString()")[1], "0,5")


def is_idle(msg):
    return msg["msg_type"] == "status" and msg["content"]["execution_state"] == "idle"


def text_of(messages):
    return "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream")


if __name__ == "__main__":
    unittest.main(verbosity=2)
