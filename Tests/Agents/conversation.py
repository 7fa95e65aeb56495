"""A conversation of the client of the package `mcp` with `llmcost mcp`: every result is held against its schema by the
client itself. Prints what was answered; fails on anything that is not as it should be.

usage: conversation.py PROGRAM
"""
import asyncio
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

CALLS = [
    ("pretrain", {"params": "7B", "tokens": "2T", "days": 30, "gpu": "h100"}),
    ("pretrain", {"params": "70B", "tokens": "15T", "own": True, "samples": 0}),
    ("sft", {"params": "8B", "tuning": "lora", "gpus": 8}),
    ("compare", {"operands": ["pretrain"], "params": "7B", "tokens": "2T", "gpu": ["h100", "b200"]}),
    ("fit", {"model": "llama-3.1-8b", "task": "sft", "gpu": "h100", "gpus": 8}),
    ("sensitivity", {"stage": "pretrain", "params": "7B", "tokens": "1T", "samples": 64}),
    ("sweep", {"params": ["1B", "7B"], "tokens": "1T"}),
    ("model", {"model": "llama-3.1-8b"}),
    ("tables", {"operands": ["regions", "us"]}),
]


def member(value, name):
    """A member by its name in Python, or by that in JSON, as earlier versions of the package have it."""
    words = name.split("_")
    return getattr(value, name, None) if hasattr(value, name) else getattr(
        value, words[0] + "".join(word.capitalize() for word in words[1:]))


async def main(program):
    async with stdio_client(StdioServerParameters(command=program, args=["mcp"])) as streams:
        async with ClientSession(*streams) as session:
            greeting = await session.initialize()
            assert member(greeting, "server_info").name == "llmcost", greeting
            await session.send_ping()
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            assert len(tools) >= 25, sorted(tools)
            for name, arguments in CALLS:
                result = await session.call_tool(name, arguments)
                assert not member(result, "is_error"), (name, result.content)
                rows = member(result, "structured_content")["rows"]
                assert rows, (name, result)
                print(name, len(rows))
            wrong = await session.call_tool("pretrain", {"params": "7B", "tokens": "2T", "gpu": "h1000"})
            assert member(wrong, "is_error") and "h1000" in wrong.content[0].text, wrong
            found = await session.call_tool("help", {"word": "goodput"})
            assert "--goodput" in found.content[0].text, found


asyncio.run(main(sys.argv[1]))
