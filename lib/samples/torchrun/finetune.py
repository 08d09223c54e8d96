"""Fine-tunes a GPT that the course has exported, with PyTorch on several processes, and writes it back.

    course export austen-gpt FOLDER
    torchrun --nproc_per_node 2 finetune.py FOLDER TEXT OUT --steps 20
    course complete "Emma was" --model OUT

Each process has a copy of the model and its own part of each batch; DistributedDataParallel takes the mean of all
gradients before each step. The backend is gloo, which needs no graphics card. It needs torch and transformers.
"""

import argparse
import shutil
from pathlib import Path

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel
from transformers import AutoTokenizer, GPT2LMHeadModel

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder", type=Path, help="what `course export` wrote")
parser.add_argument("text", type=Path, help="a text in UTF-8 to learn from")
parser.add_argument("out", type=Path, help="where the model goes")
parser.add_argument("--steps", type=int, default=20)
parser.add_argument("--batch", type=int, default=4, help="windows per process and step")
parser.add_argument("--rate", type=float, default=1e-4)
args = parser.parse_args()

dist.init_process_group("gloo")
rank, world = dist.get_rank(), dist.get_world_size()
torch.manual_seed(rank)  # each process draws other windows

model = GPT2LMHeadModel.from_pretrained(args.folder)
tokenizer = AutoTokenizer.from_pretrained(args.folder)
ids = torch.tensor(tokenizer(args.text.read_text(encoding="utf-8")[:200_000])["input_ids"])
length = min(model.config.n_positions, len(ids) - 1)

shared = DistributedDataParallel(model)
optimizer = torch.optim.AdamW(shared.parameters(), lr=args.rate)
for step in range(1, args.steps + 1):
    starts = torch.randint(len(ids) - length, (args.batch,))
    batch = torch.stack([ids[start : start + length] for start in starts])
    loss = shared(input_ids=batch, labels=batch).loss  # the model moves the labels on by one
    optimizer.zero_grad()
    loss.backward()  # here the gradients of all processes are averaged
    optimizer.step()
    if rank == 0:
        print(f"step {step} of {args.steps}, {world} processes: loss {loss.item():.3f}", flush=True)

if rank == 0:
    shutil.copytree(args.folder, args.out, dirs_exist_ok=True)  # the tokenizer as it was
    model.save_pretrained(args.out, safe_serialization=True)
dist.destroy_process_group()
