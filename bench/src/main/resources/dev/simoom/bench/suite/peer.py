"""PyTorch's side of a comparison: does the works that it is asked for.

Reads one JSON object on each line of standard input and answers each with one on standard output;
BenchWorker.java describes them. A work is built from its spec alone. Needs the package torch.
"""

import functools
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
            y = function(*inputs)
        return list(y) if isinstance(y, tuple) else [y]

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


# ---------------------------------------------------------------- chains and rows


def chain(s, compiled):
    rows, columns = s["rows"], s["columns"]
    x, y, z = (reals(seed, rows, columns) for seed in (1, 2, 3))
    row, column = reals(4, columns), reals(5, rows, 1)

    def relu_gradient(x, y, z, row, column):
        masked = torch.where(x > 0, y, 0.0)
        return masked, masked.sum(0)

    def gate(x, y, z, row, column):
        g = torch.sigmoid(x)
        return g * y + (1 - g) * z

    forms = {
        "axpy": lambda x, y, z, row, column: torch.add(y, x, alpha=0.5),
        "swiglu": lambda x, y, z, row, column: F.silu(x) * y,
        "gate": gate,
        "gelu residual": lambda x, y, z, row, column: F.gelu(x + row, approximate="tanh") + y,
        "broadcast": lambda x, y, z, row, column: torch.addcmul(column, x, row),
        "mean square": lambda x, y, z, row, column: F.mse_loss(x, y),
        "relu and bias gradient": relu_gradient,
    }
    return inference(compiled(forms[s["kind"]]), x, y, z, row, column)


def rows(s, compiled):
    rows, columns, kind = s["rows"], s["columns"], s["kind"]
    x = reals(1, rows, columns, scale=4.0).requires_grad_(s["backward"])
    gradient, inputs = reals(2, rows, columns), (x,)
    if kind == "layerNorm":
        inputs = (x, *(reals(seed, columns).requires_grad_(s["backward"]) for seed in (4, 5)))
        function = compiled(lambda x, w, b: F.layer_norm(x, (columns,), w, b, 1e-5))
    elif kind == "softmax":
        function = compiled(lambda x: F.softmax(x, -1))
    else:
        targets, gradient = integers(3, columns, rows), None
        function = compiled(lambda x: F.cross_entropy(x, targets))
    if not s["backward"]:
        return inference(function, *inputs)
    return differentiated(function, inputs, gradient, inputs)


# ---------------------------------------------------------------- arrays and images


def array(s, compiled):
    r, c, kind, backward = s["rows"], s["columns"], s["kind"], s["backward"]
    if kind.startswith(("cumprod", "prod")):
        x = reals(1, r, c, scale=2.0**-6).add_(1.0)
    else:
        x = reals(1, r, c)
    x.requires_grad_(backward)
    of_each = lambda: integers(2, c, r, c)  # noqa: E731
    others = {
        "gather along last axis": lambda: (of_each(),),
        "gather along first axis": lambda: (integers(2, r, r, c),),
        "scatterAdd along last axis": lambda: (of_each(), reals(3, r, c)),
        "indexSelect last axis": lambda: (integers(2, c, c),),
        "indexAdd first axis": lambda: (integers(2, r, r), reals(3, r, c)),
        "oneHot": lambda: (integers(2, c, r),),
        "stack last axis": lambda: (reals(2, r, c),),
    }
    forms = {
        "cumsum last axis": lambda x: x.cumsum(1),
        "cumsum first axis": lambda x: x.cumsum(0),
        "cumprod last axis": lambda x: x.cumprod(1),
        "logSumExp last axis": lambda x: x.logsumexp(1),
        "var last axis": lambda x: x.var(1),
        "std first axis": lambda x: x.std(0),
        "norm last axis": lambda x: torch.linalg.vector_norm(x, dim=1),
        "prod last axis": lambda x: x.prod(1),
        "argmax last axis": lambda x: x.argmax(1),
        "any last axis": lambda x: (x > 0.999).any(1),
        "sort last axis": lambda x: x.sort(dim=1, stable=True)[0],
        "gather along last axis": lambda x, at: x.gather(1, at),
        "gather along first axis": lambda x, at: x.gather(0, at),
        "scatterAdd along last axis": lambda x, at, y: x.scatter_add(1, at, y),
        "indexSelect last axis": lambda x, at: x.index_select(1, at),
        "indexAdd first axis": lambda x, at, y: x.index_add(0, at, y),
        "oneHot": lambda x, at: F.one_hot(at, c).float(),
        "tril": lambda x: x.tril(),
        "flip last axis": lambda x: x.flip(1),
        "flip first axis": lambda x: x.flip(0),
        "roll last axis": lambda x: x.roll(3, 1),
        "pad": lambda x: F.pad(x, (1, 1, 1, 1)),
        "stack last axis": lambda x, y: torch.stack((x, y), 2),
        "repeat both axes": lambda x: x.repeat(2, 2),
        "erf": lambda x: x.erf(),
        "geluExact": lambda x: F.gelu(x),
    }
    function, inputs = compiled(forms[kind]), (x, *others.get(kind, tuple)())
    if not backward:
        return inference(function, *inputs)
    with torch.no_grad():
        extents = function(*inputs).shape
    return differentiated(function, inputs, reals(9, *extents), (x,))


def drawn(s, compiled):
    forms = {
        "permutation": lambda n: torch.randperm(n, dtype=torch.int32),
        "bernoulli": lambda n: torch.empty(n, dtype=torch.bool).bernoulli_(0.25),
        "integers": lambda n: torch.randint(0, 1000, (n,), dtype=torch.int32),
    }
    return inference(forms[s["kind"]], s["elements"])


def einsum(s, compiled):
    extents = (s["batch"], s["time"], s["heads"], s["size"])
    function = compiled(lambda x, y: torch.einsum("bqhd,bkhd->bqhk", x, y))
    return inference(function, reals(1, *extents), reals(2, *extents))


def image(s):
    return reals(1, s["batch"], s["channels"], s["side"], s["side"])


def conv2d(s, compiled):
    x, size = image(s), s["kernel"]
    w = reals(2, s["outputs"], s["channels"] // s["groups"], size, size, scale=2.0**-4)
    settings = {"stride": s["stride"], "padding": s["padding"], "groups": s["groups"]}
    function = compiled(lambda x, w: F.conv2d(x, w, **settings))
    if not s["backward"]:
        return inference(function, x, w)
    with torch.no_grad():
        extents = function(x, w).shape
    inputs = (x.requires_grad_(), w.requires_grad_())
    return differentiated(function, inputs, reals(3, *extents), inputs)


def unfold(s, compiled):
    size, settings = s["kernel"], {"stride": s["stride"], "padding": s["padding"]}
    return inference(compiled(lambda x: F.unfold(x, size, **settings)), image(s))


# ---------------------------------------------------------------- tables and sparse products


def embedding(s, compiled):
    table = reals(1, s["entries"], s["width"]).requires_grad_(s["backward"])
    indices, gradient = integers(2, s["entries"], s["count"]), reals(3, s["count"], s["width"])
    if not s["backward"]:
        return inference(lambda t: F.embedding(indices, t), table)
    return differentiated(lambda t: F.embedding(indices, t), (table,), gradient, (table,))


def top_k(s, compiled):
    return inference(lambda x: torch.topk(x, s["k"])[0], reals(1, s["rows"], s["columns"]))


def decode(values, indices, table, bag):
    """Weighted sums of rows: by embedding_bag, or by a dense product with a sparse operand."""
    if bag:
        return F.embedding_bag(indices, table, per_sample_weights=values, mode="sum")
    dense = torch.zeros(values.shape[0], table.shape[0]).scatter_add(1, indices, values)
    return dense @ table


def sparse_decode(s, compiled, bag=False):
    rows, k, entries, width = s["rows"], s["k"], s["entries"], s["width"]
    values = reals(1, rows, k).requires_grad_(s["backward"])
    table = reals(3, entries, width).requires_grad_(s["backward"])
    indices, gradient = integers(2, entries, rows, k), reals(4, rows, width)
    function = lambda v, t: decode(v, indices, t, bag)  # noqa: E731
    if not s["backward"]:
        return inference(function, values, table)
    return differentiated(function, (values, table), gradient, (values, table))


def sae(s, compiled, bag=False):
    width, latents, k, batch = s["width"], s["latents"], s["k"], s["batch"]
    shapes = ((latents, width), (latents,), (latents, width), (width,))
    parameters = [learnt(i + 1, *shape, scale=2.0**-4) for i, shape in enumerate(shapes)]
    x = reals(9, batch, width)

    def loss(encoder, bias, decoder, pre_bias):
        pre = F.linear(x - pre_bias, encoder, bias)
        values, indices = torch.topk(pre, k)
        return F.mse_loss(decode(values.relu(), indices, decoder, bag) + pre_bias, x)

    return differentiated(compiled(loss), parameters, None, parameters)


# ---------------------------------------------------------------- transformers


class Parameters:
    """Makes parameters with rising seeds, in the order in which Simoom lists them."""

    def __init__(self):
        self.seed, self.all = 100, []

    def add(self, *extents, gain=False):
        matrix = len(extents) > 1
        scale, offset = (2.0**-4, 0.0) if matrix else (2.0**-3, 1.0 if gain else 0.0)
        made = reals(self.seed, *extents, scale=scale, offset=offset)
        self.seed += 1
        self.all.append(made)

    def linear(self, inputs, outputs):
        """A weight as PyTorch likes it, [out, in], with the numbers of one that is [in, out]."""
        self.add(inputs, outputs)
        self.all[-1] = self.all[-1].t().contiguous()
        self.add(outputs)

    def norm(self, width):
        self.add(width, gain=True)
        self.add(width)

    def block(self, width):
        self.norm(width)
        self.linear(width, 3 * width)
        self.linear(width, width)
        self.norm(width)
        self.linear(width, 4 * width)
        self.linear(4 * width, width)

    def video_block(self, width, multiple, head):
        """Of a head's width, if its queries and keys are normalised."""
        for _ in range(2):
            self.norm(width)
            self.linear(width, 3 * width)
            self.linear(width, width)
            for _ in range(2 if head else 0):
                self.add(head, gain=True)
        self.norm(width)
        self.linear(width, multiple * width)
        self.linear(multiple * width, width)

    def video_blocks(self, size):
        head = size["width"] // size["heads"] if size["headNorms"] else 0
        for _ in range(size["blocks"]):
            self.video_block(size["width"], size["hiddenMultiple"], head)
        self.norm(size["width"])

    def frame_coder(self, inputs, outputs, places, frames, size):
        width = size["width"]
        self.linear(inputs, width)
        self.add(places, width)
        self.add(frames, 1, width)
        self.video_blocks(size)
        self.linear(width, outputs)

    def learnt(self):
        return [p.requires_grad_() for p in self.all]


BLOCK_PARAMETERS = 12


def attend(x, heads, p, causal):
    """Along the axis before the last of [batch, positions, width]."""
    batch, positions, width = x.shape
    qkv = F.linear(x, p[0], p[1]).view(batch, positions, 3, heads, width // heads)
    q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
    if len(p) > 4:
        q, k = (F.rms_norm(y, y.shape[-1:], w, 1e-5) for y, w in ((q, p[4]), (k, p[5])))
    mixed = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
    return F.linear(mixed.transpose(1, 2).reshape(x.shape), p[2], p[3])


def transformer_block(x, heads, p):
    width = x.shape[-1]
    x = x + attend(F.layer_norm(x, (width,), p[0], p[1], 1e-5), heads, p[2:6], True)
    h = F.layer_norm(x, (width,), p[6], p[7], 1e-5)
    return x + F.linear(F.gelu(F.linear(h, p[8], p[9]), approximate="tanh"), p[10], p[11])


def with_our_layout(run):
    """Gradients of weights are compared as [in, out]; a view costs nothing."""

    def viewed():
        y, dx, *gradients = run()
        return [y, dx, *(g.t() if g.dim() == 2 else g for g in gradients)]

    return viewed


def block(s, compiled):
    extents = (s["batch"], s["time"], s["width"])
    made = Parameters()
    made.block(s["width"])
    p, x, heads = made.learnt(), learnt(1, *extents), s["heads"]
    function = compiled(lambda x, *p: transformer_block(x, heads, p))
    return with_our_layout(differentiated(function, (x, *p), reals(2, *extents), (x, *p)))


def trained(s, compiled, parameters, function, inputs, after=None):
    """Forward, backward, clipping and AdEMAMix of what gives a loss first."""
    decays = [s["decay"] if x.dim() > 1 else 0.0 for x in parameters]
    rule = AdEMAMix(parameters, s["rate"], decays, betas=(0.9, 0.99, 0.999), alpha=s["alpha"])
    update = rule.fused(clip=1.0) if compiled is not identity else rule.clipped(1.0)
    function = compiled(function)

    def run():
        loss, *others = function(*inputs, *parameters)
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            update(list(gradients))
            return [loss, *(after(*others) if after else others)]

    return run


def language_model(s, compiled):
    vocabulary, context, width = s["vocabulary"], s["context"], s["width"]
    made, heads = Parameters(), s["heads"]
    made.add(vocabulary, width)
    made.add(context, width)
    for _ in range(s["blocks"]):
        made.block(width)
    made.norm(width)
    p = made.learnt()
    windows = integers(1, vocabulary, s["batch"], context + 1)

    def loss(windows, tokens, positions, *p):
        ids, targets = windows[:, :-1], windows[:, 1:]
        x = F.embedding(ids, tokens) + positions
        for i in range(0, len(p) - 2, BLOCK_PARAMETERS):
            x = transformer_block(x, heads, p[i : i + BLOCK_PARAMETERS])
        logits = F.layer_norm(x, (width,), p[-2], p[-1], 1e-5) @ tokens.t()
        return F.cross_entropy(logits.view(-1, vocabulary), targets.reshape(-1))

    return trained(s, compiled, p, lambda *inputs: [loss(*inputs)], (windows,))


# ---------------------------------------------------------------- video


def video_block(x, heads, p):
    batch, frames, places, width = x.shape
    norms = (len(p) - 16) // 4
    spatial, temporal = p[2 : 6 + 2 * norms], p[8 + 2 * norms : 12 + 4 * norms]
    first, second, third = p[:2], p[6 + 2 * norms : 8 + 2 * norms], p[12 + 4 * norms :]
    h = F.layer_norm(x, (width,), *first, 1e-5).view(batch * frames, places, width)
    x = x + attend(h, heads, spatial, False).view(x.shape)
    h = F.layer_norm(x, (width,), *second, 1e-5).transpose(1, 2)
    h = attend(h.reshape(batch * places, frames, width), heads, temporal, True)
    x = x + h.view(batch, places, frames, width).transpose(1, 2)
    h = F.layer_norm(x, (width,), *third[:2], 1e-5)
    return x + F.linear(F.gelu(F.linear(h, *third[2:4]), approximate="tanh"), *third[4:])


def video_blocks(x, size, p):
    each = 22 if size["headNorms"] else 18
    for i in range(0, len(p) - 2, each):
        x = video_block(x, size["heads"], p[i : i + each])
    return F.layer_norm(x, x.shape[-1:], p[-2], p[-1], 1e-5)


def hidden(x, size, p):
    """A frame coder's places and blocks, without its two linear layers."""
    return video_blocks(x + p[2] + p[3][: x.shape[1]], size, p[4:-2])


def frame_coder(x, size, p):
    return F.linear(hidden(F.linear(x, p[0], p[1]), size, p), p[-2], p[-1])


def video_blocks_alone(s, compiled):
    size = s["size"]
    extents = (s["batch"], s["frames"], s["places"], size["width"])
    made = Parameters()
    made.video_blocks(size)
    p, x = made.learnt(), learnt(1, *extents)
    function = compiled(lambda x, *p: video_blocks(x, size, p))
    return with_our_layout(differentiated(function, (x, *p), reals(2, *extents), (x, *p)))


class Codes:
    """A vector quantizer whose codes move by their gradient or by moving averages."""

    def __init__(self, s):
        self.decay, self.commitment = s["averages"], s["commitment"]
        self.codebook = reals(50, s["codes"], s["latent"], scale=2.0**-1)
        self.codebook.requires_grad_(self.decay == 0)
        self.usage = torch.full((s["codes"],), 1 / s["codes"])
        self.counts, self.sums = torch.ones(s["codes"]), self.codebook.detach().clone()

    def nearest(self, x, codebook):
        codes = codebook.detach()
        scores = x.detach().view(-1, x.shape[-1]) @ codes.t() - codes.square().sum(-1) / 2
        return scores.argmax(-1)

    def quantize(self, x, codebook):
        indices = self.nearest(x, codebook)
        chosen = F.embedding(indices, codebook).view(x.shape)
        loss = self.commitment * F.mse_loss(x, chosen.detach())
        if self.decay == 0:
            loss = loss + F.mse_loss(chosen, x.detach())
        return x + (chosen - x).detach(), loss, indices

    def observe(self, x, indices):
        rows = x.view(-1, x.shape[-1])
        counts = torch.bincount(indices, minlength=len(self.usage)).float()
        self.usage.mul_(0.98).add_(counts, alpha=0.02 / len(rows))
        if self.decay > 0:
            sums = torch.zeros_like(self.sums).index_add_(0, indices, rows)
            self.counts.lerp_(counts, 1 - self.decay)
            self.sums.lerp_(sums, 1 - self.decay)
            self.codebook.copy_(self.sums / (self.counts + 1e-5).unsqueeze(-1))


def coded(s, compiled, actions):
    batch, frames, places, features = (s[k] for k in ("batch", "frames", "places", "features"))
    encoder, decoder, latent = s["encoder"], s["decoder"], s["latent"]
    made, codes = Parameters(), Codes(s)
    made.frame_coder(2 * features if actions else features, latent, places, frames, encoder)
    first = len(made.all)
    if actions:
        made.linear(latent, decoder["width"])
    second = len(made.all)
    made.frame_coder(features if actions else latent, features, places, frames, decoder)
    clips = (reals(1, batch, frames, places, features) + 1) * 0.5

    def errors(clips, latents, p, codebook):
        if actions:
            target, previous = clips[:, 1:], clips[:, :-1]
        else:
            target, previous = clips, torch.cat([clips[:, :1], clips[:, :-1]], 1)
        vectors, extra, indices = codes.quantize(latents, codebook)
        if actions:
            q = p[second:]
            x = F.linear((previous - 0.5) * 4, q[0], q[1])
            x = x + F.linear(vectors, p[first], p[first + 1]).unsqueeze(2)
            drawn = previous + F.linear(hidden(x, decoder, q), q[-2], q[-1]) / 4
        else:
            drawn = frame_coder(vectors, decoder, p[second:]) / 4 + 0.5
        squares = (drawn - target).square()
        changed = (target - previous).abs() > 0.02
        weighted = (squares * torch.where(changed, 1 + s["changedWeight"], 1.0)).mean()
        return weighted + s["quantizerWeight"] * extra, squares.mean(), indices

    def loss(clips, codebook, *p):
        x = (clips - 0.5) * 4
        if actions:
            before = torch.cat([x[:, :1], x[:, :-1]], 1)
            x = torch.cat([x, x - before], -1)
        latents = frame_coder(x, encoder, p[:first])
        latents = latents.mean(2)[:, 1:] if actions else latents
        return *errors(clips, latents, p, codebook), latents

    def after(error, indices, latents):
        codes.observe(latents.detach(), indices)
        return [error]

    p, codebook = made.learnt(), codes.codebook
    if codebook.requires_grad:
        swapped = lambda clips, *p: loss(clips, p[-1], *p[:-1])  # noqa: E731
        return trained(s, compiled, [*p, codebook], swapped, (clips,), after)
    return trained(s, compiled, p, loss, (clips, codebook), after)


def video_tokenizer(s, compiled):
    return coded(s, compiled, False)


def latent_actions(s, compiled):
    return coded(s, compiled, True)


def video_dynamics(s, compiled):
    batch, frames, places, codes = (s[k] for k in ("batch", "frames", "places", "codes"))
    latent, size = s["latent"], s["size"]
    width = size["width"]
    made = Parameters()
    made.add(codes + 1, width)
    made.linear(latent, width)
    made.frame_coder(width, codes, places, frames, size)
    tokens = integers(1, codes, batch, frames, places)
    masked = integers(2, 4, batch, frames, places) >= 1
    actions = reals(3, batch, frames - 1, latent)

    def loss(tokens, masked, actions, *p):
        moves = F.pad(F.linear(actions, p[1], p[2]), (0, 0, 1, 0)).unsqueeze(2)
        x = F.embedding(torch.where(masked, codes, tokens), p[0]) + moves
        logits = frame_coder(x, size, p[3:])
        each = F.cross_entropy(logits.view(-1, codes), tokens.view(-1), reduction="none")
        counted = torch.where(masked.view(-1), each, 0.0).sum()
        return [counted / masked.sum().clamp(min=1)]

    return trained(s, compiled, made.learnt(), loss, (tokens, masked, actions))


# ---------------------------------------------------------------- data


def cast(s, compiled):
    types = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
    x, to = reals(1, s["elements"]).to(types[s["from"]]), types[s["to"]]
    return inference(lambda x: x.to(to), x)


def copy(s, compiled):
    return inference(lambda x: x.clone(), reals(1, s["elements"]))


def transpose(s, compiled):
    return inference(lambda x: x.t().contiguous(), reals(1, s["side"], s["side"]))


def random(s, compiled):
    draw = torch.randn if s["normal"] else torch.rand
    return inference(lambda: draw(s["elements"]))


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

    def clipped(self, clip):
        def step(gradients):
            norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
            torch._foreach_mul_(gradients, (clip / norm).clamp_(max=1.0))
            self.eager(gradients)

        return step

    def fused(self, clip=None):
        """The same in one function, for the compiler; numbers that change come as tensors."""
        b1, b2, b3, alpha, epsilon = self.beta1, self.beta2, self.beta3, self.alpha, self.epsilon
        rate, decays = self.rate, self.decays

        def update(parameters, gradients, m1s, m2s, nus, one, two):
            if clip is not None:
                norm = torch.stack([g.square().sum() for g in gradients]).sum().sqrt()
                scale = (clip / norm).clamp(max=1.0)
                gradients = [g * scale for g in gradients]
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


def ademamix(p, s, compiled):
    rule = AdEMAMix([p], s["rate"], [s["decay"]])
    update = rule.fused() if compiled is not identity else rule.eager
    return lambda g: update([g])


def lion(p, s, compiled):
    """arXiv 2302.06675."""
    rate, decay, average = s["rate"], s["decay"], torch.zeros_like(p)

    def update(p, g, average):
        direction = torch.lerp(average, g, 0.1).sign_()
        p.mul_(1 - rate * decay).sub_(direction, alpha=rate)
        average.lerp_(g, 0.01)

    function = compiled(update)
    return lambda g: function(p, g, average)


def simplified_ademamix(p, s, compiled):
    """arXiv 2502.02431 without a ramp; the number that changes comes as a tensor."""
    rate, decay, steps = s["rate"], s["decay"], 0
    momentum, nu = torch.zeros_like(p), torch.zeros_like(p)

    def update(p, g, momentum, nu, correction):
        momentum.mul_(0.99).add_(g)
        nu.mul_(0.95).addcmul_(g, g, value=0.05)
        divisor = (nu * correction).sqrt_().add_(1e-8)
        direction = torch.add(momentum, g, alpha=5.0).div_(divisor)
        p.mul_(1 - rate * decay).sub_(direction, alpha=rate)

    function = compiled(update)

    def step(g):
        nonlocal steps
        steps += 1
        function(p, g, momentum, nu, torch.tensor(1 / (1 - 0.95**steps)))

    return step


OURS = {"AdEMAMix": ademamix, "Lion": lion, "simplified AdEMAMix": simplified_ademamix}
TORCHS = {
    "AdamW": torch.optim.AdamW,
    "Adam": torch.optim.Adam,
    "SGD": functools.partial(torch.optim.SGD, momentum=0.9),
}


def optimizer(s, compiled):
    p, g = reals(1, s["parameters"]), reals(2, s["parameters"])
    if s["rule"] in TORCHS:
        p.requires_grad_()
        p.grad = g
        rule = TORCHS[s["rule"]]([p], lr=s["rate"], weight_decay=s["decay"], fused=True)
        step = rule.step
    else:
        update = OURS[s["rule"]](p, s, compiled)

        def step():
            with torch.no_grad():
                update(g)

    def run():
        step()
        return [p.detach()]

    return run


# ---------------------------------------------------------------- protocol


def identity(function):
    return function


OPS = {
    "matmul": matmul,
    "attention": attention,
    "chain": chain,
    "rows": rows,
    "array": array,
    "drawn": drawn,
    "einsum": einsum,
    "conv2d": conv2d,
    "unfold": unfold,
    "embedding": embedding,
    "topK": top_k,
    "sparseDecode": sparse_decode,
    "sae": sae,
    "optimizer": optimizer,
    "block": block,
    "languageModel": language_model,
    "videoBlock": video_blocks_alone,
    "videoTokenizer": video_tokenizer,
    "latentActions": latent_actions,
    "videoDynamics": video_dynamics,
    "cast": cast,
    "copy": copy,
    "transpose": transpose,
    "random": random,
}
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
    details = torch.backends.cpu.get_cpu_capability()
    if "device" in request:
        if not torch.cuda.is_available():
            raise ValueError("it reaches no GPU through CUDA")
        torch.set_default_device("cuda")
        details = torch.cuda.get_device_name()
    return {"name": "PyTorch", "version": torch.__version__, "details": details}


def finished():
    """Waits for what a GPU was given to do; calls in a row may overlap until then."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


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
    if spec["op"] == "random":
        results = [results[0].abs().mean(), results[0].square().mean()]
    if spec["op"] == "drawn":
        results = [results[0].double().mean()]
    return {"samples": [sample(r) for r in results]}


def round_of(request):
    run, calls = prepared[request["key"]], request["calls"]
    finished()
    start = time.perf_counter_ns()
    for _ in range(calls):
        run()
    finished()
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
