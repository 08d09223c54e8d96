"""Runs a chapter through Jupyter Notebook's own gateway client: gateway.py SERVER TOKEN CHAPTER

A Jupyter Notebook server is started whose kernels are those of the course's server (--gateway-url). To that notebook
server this script speaks as a front end does, with jupyter_client's messages over tornado's web sockets. Prints a line
for each cell: its number, the status of its answer, and the texts that it showed.
"""
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile

import nbformat
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

server, token, chapter = sys.argv[1:]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


async def ask(method, url, body=None):
    request = HTTPRequest(url, method=method, body=None if body is None else json.dumps(body), request_timeout=120)
    return json.loads((await AsyncHTTPClient().fetch(request)).body or "null")


async def up(url, process):
    for _ in range(600):
        try:
            return await ask("GET", url)
        except Exception:
            if process.poll() is not None:
                raise
            await asyncio.sleep(0.2)
    raise TimeoutError(url)


async def run_cell(channels, session, code):
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
               "stop_on_error": True}
    message = session.msg("execute_request", content)
    message["channel"] = "shell"
    await channels.write_message(json.dumps(message, default=json_default))
    reply, idle, texts = None, False, []
    while reply is None or not idle:
        answer = json.loads(await asyncio.wait_for(channels.read_message(), 120))
        if answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        kind, content = answer["header"]["msg_type"], answer["content"]
        if kind == "execute_reply":
            reply = content
        elif kind == "status":
            idle = content["execution_state"] == "idle"
        elif kind == "stream":
            texts.append(content["text"])
        elif kind in ("display_data", "execute_result"):
            texts.append(content["data"].get("text/plain", ""))
    return reply, texts


async def main(notebook):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
             "--NotebookApp.token=", "--NotebookApp.password=", "--NotebookApp.disable_check_xsrf=True",
             f"--notebook-dir={folder}", f"--gateway-url={server}", f"--GatewayClient.auth_token={token}"],
            env={**os.environ, "JUPYTER_CONFIG_DIR": folder, "JUPYTER_RUNTIME_DIR": folder, "HOME": folder},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            await up(url + "/api", process)
            specs = await ask("GET", url + "/api/kernelspecs")
            print("kernelspecs:", *sorted(specs["kernelspecs"]))
            kernel = (await ask("POST", url + "/api/kernels", {"name": notebook.metadata.kernelspec.name}))["id"]
            session = Session()
            channels = await websocket_connect(
                f"ws://127.0.0.1:{port}/api/kernels/{kernel}/channels?session_id={session.session}",
                max_message_size=100_000_000)
            cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
            for number, cell in enumerate(cells, 1):
                reply, texts = await run_cell(channels, session, cell.source)
                print(json.dumps({"cell": number, "status": reply["status"], "texts": texts}), flush=True)
            channels.close()
            await AsyncHTTPClient().fetch(HTTPRequest(f"{url}/api/kernels/{kernel}", method="DELETE"))
            print("left:", len(await ask("GET", url + "/api/kernels")))
        finally:
            process.terminate()
            process.wait(30)


asyncio.run(main(nbformat.read(chapter, as_version=4)))
