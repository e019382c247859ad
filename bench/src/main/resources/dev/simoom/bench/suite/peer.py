"""PyTorch's side of a comparison: does the works that it is asked for.

Reads one JSON object on each line of standard input and answers each with one on standard output;
BenchWorker.java describes them. A work is built from its spec alone. Needs the package torch.
"""

import gc
import json
import os
import sys
import time
import traceback

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

MASK = 0xFFFFFFFF
CHUNK = 1 << 22
SAMPLE_ELEMENTS = 64
SAMPLE_STEP = 1000003


# ---------------------------------------------------------------- inputs, as Numbers.java makes them


def hashes(start, end, seed):
    x = (torch.arange(start, end, dtype=torch.int64) + seed * 1000003) & MASK
    x = x ^ (x >> 16)
    x = (x * 0x3C6EF37B) & MASK
    x = x ^ (x >> 15)
    x = (x * 0x1B56C4E9) & MASK
    return x ^ (x >> 16)


def chunks(count):
    return ((at, min(count, at + CHUNK)) for at in range(0, count, CHUNK))


def reals(seed, *extents, scale=1.0, offset=0.0):
    out = torch.empty(extents, dtype=torch.float32)
    flat = out.view(-1)
    for a, b in chunks(flat.numel()):
        flat[a:b] = (hashes(a, b, seed) >> 8).to(torch.float32) * 2.0**-23 - 1
    return out.mul_(scale).add_(offset) if (scale, offset) != (1.0, 0.0) else out


def integers(seed, bound, *extents):
    out = torch.empty(extents, dtype=torch.int64)
    flat = out.view(-1)
    for a, b in chunks(flat.numel()):
        flat[a:b] = hashes(a, b, seed) % bound
    return out


def learnt(*args, **kwargs):
    return reals(*args, **kwargs).requires_grad_()


# ---------------------------------------------------------------- the shape of a work


def inference(function, *inputs):
    """A work without gradients."""

    def run():
        with torch.inference_mode():
            return [function(*inputs)]

    return run


def differentiated(function, inputs, gradient, by):
    """A result and its gradients, given the gradient of the result."""

    def run():
        y = function(*inputs)
        return [y, *torch.autograd.grad(y, by, gradient)]

    return run


def matmul(s, compiled):
    b, m, n, k = s["batch"], s["m"], s["n"], s["k"]
    x = reals(1, b, k, m) if s["transA"] else reals(1, b, m, k)
    w = reals(2, b, n, k) if s["transB"] else reals(2, b, k, n)
    if b == 1:
        x, w = x[0], w[0]
    if s["weights"] == "bf16":
        w = w.to(torch.bfloat16)
    x = x.mT if s["transA"] else x
    w = w.mT if s["transB"] else w
    bias, residual = reals(3, n), reals(4, m, n)
    narrow = s["weights"] == "bf16"

    def plain(x, w, bias, residual):
        return x @ (w.float() if narrow else w)

    def with_bias(x, w, bias, residual):
        return torch.addmm(bias, x, w)

    def with_relu(x, w, bias, residual):
        return torch.addmm(bias, x, w).relu()

    def with_gelu(x, w, bias, residual):
        return F.gelu(torch.addmm(bias, x, w), approximate="tanh") + residual

    forms = {"none": plain, "bias": with_bias, "bias+relu": with_relu}
    forms["bias+gelu+residual"] = with_gelu
    return inference(compiled(forms[s["epilogue"]]), x, w, bias, residual)


def attention(s, compiled):
    b, h, t, d = s["batch"], s["heads"], s["time"], s["size"]
    extents = (b, t, h, d) if s["strided"] else (b, h, t, d)
    make = learnt if s["backward"] else reals
    q, k, v = (make(seed, *extents) for seed in (1, 2, 3))
    causal, strided = s["causal"], s["strided"]

    def attend(q, k, v):
        if strided:
            q, k, v = (x.transpose(1, 2) for x in (q, k, v))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        return y.transpose(1, 2) if strided else y

    if not s["backward"]:
        return inference(compiled(attend), q, k, v)
    return differentiated(compiled(attend), (q, k, v), reals(4, *extents), (q, k, v))


# ---------------------------------------------------------------- optimizers


class AdEMAMix:
    """arXiv 2409.03137 without ramps, with PyTorch's operations on lists of tensors."""

    def __init__(self, parameters, rate, decays, betas=(0.9, 0.999, 0.9999), alpha=5.0):
        self.parameters = parameters
        self.rate, self.decays, self.alpha, self.epsilon = rate, decays, alpha, 1e-8
        self.beta1, self.beta2, self.beta3 = betas
        self.moments = [[torch.zeros_like(p) for p in parameters] for _ in range(3)]
        self.steps = 0

    def corrections(self):
        self.steps += 1
        one = 1 / (1 - self.beta1**self.steps)
        two = 1 / (1 - self.beta2**self.steps)
        return one, two

    def eager(self, gradients):
        one, two = self.corrections()
        m1, m2, nu = self.moments
        torch._foreach_lerp_(m1, gradients, 1 - self.beta1)
        torch._foreach_lerp_(m2, gradients, 1 - self.beta3)
        torch._foreach_mul_(nu, self.beta2)
        torch._foreach_addcmul_(nu, gradients, gradients, 1 - self.beta2)
        divisor = torch._foreach_mul(nu, two)
        torch._foreach_sqrt_(divisor)
        torch._foreach_add_(divisor, self.epsilon)
        direction = torch._foreach_mul(m2, self.alpha)
        torch._foreach_add_(direction, m1, alpha=one)
        torch._foreach_div_(direction, divisor)
        factors = [1 - self.rate * decay for decay in self.decays]
        torch._foreach_mul_(self.parameters, factors)
        torch._foreach_add_(self.parameters, direction, alpha=-self.rate)

    def fused(self):
        """The same in one function, for the compiler; numbers that change come as tensors."""
        b1, b2, b3, alpha, epsilon = self.beta1, self.beta2, self.beta3, self.alpha, self.epsilon
        rate, decays = self.rate, self.decays

        def update(parameters, gradients, m1s, m2s, nus, one, two):
            for p, g, m1, m2, nu, decay in zip(parameters, gradients, m1s, m2s, nus, decays):
                m1.mul_(b1).add_(g, alpha=1 - b1)
                m2.mul_(b3).add_(g, alpha=1 - b3)
                nu.mul_(b2).addcmul_(g, g, value=1 - b2)
                direction = (m1 * one + alpha * m2) / ((nu * two).sqrt() + epsilon)
                p.mul_(1 - rate * decay).sub_(direction, alpha=rate)

        function = torch.compile(update)

        def step(gradients):
            one, two = (torch.tensor(c) for c in self.corrections())
            function(self.parameters, gradients, *self.moments, one, two)

        return step


def optimizer(s, compiled):
    p, g = reals(1, s["parameters"]), reals(2, s["parameters"])
    if s["rule"] == "AdamW":
        p.requires_grad_()
        p.grad = g
        rule = torch.optim.AdamW([p], lr=s["rate"], weight_decay=s["decay"], fused=True)
        step = rule.step
    else:
        rule = AdEMAMix([p], s["rate"], [s["decay"]])
        update = rule.fused() if compiled is not identity else rule.eager

        def step():
            with torch.no_grad():
                update([g])

    def run():
        step()
        return [p.detach()]

    return run


# ---------------------------------------------------------------- protocol


def identity(function):
    return function


OPS = {"matmul": matmul, "attention": attention, "optimizer": optimizer}
prepared = {}


def sample(tensor):
    flat = tensor.detach().reshape(-1)
    count = flat.numel()
    at = [j * SAMPLE_STEP % count for j in range(min(count, SAMPLE_ELEMENTS))]
    total = size = 0.0
    for a, b in chunks(count):
        part = flat[a:b].double()
        total += part.sum().item()
        size += part.abs().sum().item()
    elements = [float(flat[i]) for i in at]
    mean, size = total / max(1, count), size / max(1, count)
    return {"count": count, "elements": elements, "mean": mean, "size": size}


def hello(request):
    threads = request["threads"]
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    torch.manual_seed(1)
    return {
        "name": "PyTorch",
        "version": torch.__version__,
        "details": torch.backends.cpu.get_cpu_capability(),
    }


def prepare(request):
    spec, variant = request["spec"], request["variant"]
    if spec["op"] not in OPS:
        raise ValueError("PyTorch's side has no work " + spec["op"])
    build = OPS[spec["op"]]
    if variant == "embedding_bag":
        run = build(spec, identity, bag=True)
    else:
        run = build(spec, torch.compile if variant == "compiled" else identity)
    results = []
    for _ in range(request.get("runs", 1)):
        results = run()
    prepared[request["key"]] = run
    return {"samples": [sample(r) for r in results]}


def round_of(request):
    run, calls = prepared[request["key"]], request["calls"]
    start = time.perf_counter_ns()
    for _ in range(calls):
        run()
    return {"nanos": time.perf_counter_ns() - start, "allocated": 0}


def release(request):
    prepared.pop(request["key"], None)
    if not prepared:
        torch.compiler.reset()
        gc.collect()
    return {}


COMMANDS = {"hello": hello, "prepare": prepare, "round": round_of, "release": release}


def main():
    for line in sys.stdin:
        try:
            request = json.loads(line)
            answer = {"ok": True, **COMMANDS[request["command"]](request)}
        except Exception as e:  # the other side decides what a failure means
            traceback.print_exc()
            answer = {"ok": False, "error": f"{type(e).__name__}: {e}".splitlines()[0]}
        print(json.dumps(answer), file=answers, flush=True)


main()
