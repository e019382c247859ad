package dev.simoom.kernels.simd;

import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import org.jspecify.annotations.Nullable;

/**
 * A matrix product on packed panels.
 *
 * <p>A chunk is a block of C with all of k: block of k by block of k, panel of B by panel of B, its
 * register tiles are added up in place; then the epilogue runs on it. Panels that several chunks
 * read come from the workspace, packed by all threads in a phase before, others from the chunk's
 * own scratch memory. The sum over k is built in the same order for every element of C: by fused
 * multiply-adds within a block of k, then block after block.
 */
final class MatMulTask implements Task {
  private static final int K_BLOCK = MatMulBlocks.K_BLOCK;
  private static final int ROWS = MatMulBlocks.TABLE.rows();

  /** Elements that one chunk of packing moves, at the least. */
  private static final int PACKED_TOGETHER = 16 << 10;

  private final MatMulPlan plan;
  private final MatMulPanels panels;
  private final MatMulTiles tiles;
  private final @Nullable LoopRange epilogue;
  private final long[] epilogueOperands;
  private final int extraInputs;
  private final boolean keepProduct;

  private final int kBlocks;
  private final int aPanels;
  private final int bPanels;
  private final int aTogether;
  private final int bTogether;
  private final long packedBytesOfA;
  private final long packedBytesOfB;

  private final long stageOffset;
  private final long aOffset;
  private final long bOffset;
  private final long epilogueOffset;

  private long aAddress;
  private long bAddress;
  private long cAddress;
  private long workspaceAddress;

  MatMulTask(MatMul kernel) {
    plan = new MatMulPlan(kernel);
    panels = new MatMulPanels(plan);
    tiles = new MatMulTiles(plan);
    epilogue = kernel.epilogue().map(LoopRange::of).orElse(null);
    epilogueOperands = new long[kernel.epilogue().map(e -> e.ports().size()).orElse(0)];
    extraInputs = kernel.epilogue().map(LoopKernel::inputs).map(i -> i.size() - 1).orElse(0);
    keepProduct = kernel.keepProduct();

    kBlocks = Math.max(1, Math.ceilDiv(plan.k, K_BLOCK));
    aPanels = Math.ceilDiv(plan.m, ROWS);
    bPanels = Math.ceilDiv(plan.n, plan.tileColumns);
    int most = Math.clamp(plan.k, 1, K_BLOCK);
    aTogether = Math.ceilDiv(PACKED_TOGETHER, ROWS * most);
    bTogether = Math.ceilDiv(PACKED_TOGETHER, plan.tileColumns * most);
    packedBytesOfA = plan.sharesA ? kBlocks * aPanels * MatMulPanels.bytesOfA(K_BLOCK) : 0;
    packedBytesOfB = plan.sharesB ? kBlocks * bPanels * panels.bytesOfB(K_BLOCK) : 0;

    stageOffset = aligned(tiles.scratchBytes());
    aOffset = stageOffset + aligned(panels.stageBytes());
    long ownA = plan.sharesA ? 0 : Math.ceilDiv(plan.rowBlock, ROWS) * MatMulPanels.bytesOfA(most);
    long ownB = plan.sharesB ? 0 : panels.bytesOfB(most);
    bOffset = aOffset + aligned(ownA);
    epilogueOffset = bOffset + aligned(ownB);
  }

  private static long aligned(long bytes) {
    return (bytes + 63) & -64;
  }

  @Override
  public long workspaceBytes() {
    return packedBytesOfA + packedBytesOfB;
  }

  @Override
  public long scratchBytes() {
    return epilogueOffset + (epilogue == null ? 0 : epilogue.scratchBytes());
  }

  @Override
  public void bind(long[] operands, long workspace) {
    aAddress = operands[plan.turned ? 1 : 0];
    bAddress = operands[plan.turned ? 0 : 1];
    workspaceAddress = workspace;
    int outputs = 2 + extraInputs;
    cAddress = operands[outputs];
    if (epilogue != null) {
      epilogueOperands[0] = cAddress;
      System.arraycopy(operands, 2, epilogueOperands, 1, extraInputs);
      int own = outputs + (keepProduct ? 1 : 0);
      System.arraycopy(operands, own, epilogueOperands, 1 + extraInputs, operands.length - own);
      epilogue.bind(epilogueOperands);
    }
  }

  @Override
  public int phases() {
    return plan.shares() ? 2 * plan.batches : 1;
  }

  @Override
  public int chunks(int phase) {
    if (plan.m == 0 || plan.n == 0) {
      return 0;
    }
    int ofProduct = plan.rowChunks() * plan.columnChunks();
    if (!plan.shares()) {
      return Math.ceilDiv(plan.batches * ofProduct, plan.group);
    }
    if (phase % 2 != 0) {
      return ofProduct;
    }
    return chunksOfA(phase / 2) + chunksOfB(phase / 2);
  }

  private int chunksOfA(int batch) {
    return !plan.sharesA || batch > 0 && plan.a.starts()[batch] == plan.a.starts()[batch - 1]
        ? 0
        : kBlocks * Math.ceilDiv(aPanels, aTogether);
  }

  private int chunksOfB(int batch) {
    return !plan.sharesB || batch > 0 && plan.b.starts()[batch] == plan.b.starts()[batch - 1]
        ? 0
        : kBlocks * Math.ceilDiv(bPanels, bTogether);
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    if (!plan.shares()) {
      int end =
          Math.min(plan.batches * plan.rowChunks() * plan.columnChunks(), (chunk + 1) * plan.group);
      for (int block = chunk * plan.group; block < end; block++) {
        block(block, scratch);
      }
    } else if (phase % 2 != 0) {
      block(phase / 2 * plan.rowChunks() * plan.columnChunks() + chunk, scratch);
    } else if (chunk < chunksOfA(phase / 2)) {
      packPartOfA(phase / 2, chunk);
    } else {
      packPartOfB(phase / 2, chunk - chunksOfA(phase / 2), scratch);
    }
  }

  private int steps(int kBlock) {
    return Math.min(K_BLOCK, plan.k - kBlock * K_BLOCK);
  }

  private void packPartOfA(int batch, int part) {
    int parts = Math.ceilDiv(aPanels, aTogether);
    int kBlock = part / parts;
    int first = part % parts * aTogether;
    int end = Math.min(aPanels, first + aTogether);
    packA(batch, kBlock, first, end, packedA(kBlock, first));
  }

  private void packPartOfB(int batch, int part, long scratch) {
    int parts = Math.ceilDiv(bPanels, bTogether);
    int kBlock = part / parts;
    int first = part % parts * bTogether;
    int end = Math.min(bPanels, first + bTogether);
    packB(batch, kBlock, first, end, packedB(kBlock, first), scratch);
  }

  private long packedA(int kBlock, int panel) {
    return workspaceAddress
        + kBlock * (aPanels * MatMulPanels.bytesOfA(K_BLOCK))
        + panel * MatMulPanels.bytesOfA(steps(kBlock));
  }

  private long packedB(int kBlock, int panel) {
    return workspaceAddress
        + packedBytesOfA
        + kBlock * (bPanels * panels.bytesOfB(K_BLOCK))
        + panel * panels.bytesOfB(steps(kBlock));
  }

  private void packA(int batch, int kBlock, int firstPanel, int endPanel, long to) {
    int steps = steps(kBlock);
    long from = aAddress + plan.a.starts()[batch] + kBlock * (K_BLOCK * plan.a.columnStep());
    for (int panel = firstPanel; panel < endPanel; panel++) {
      int row = panel * ROWS;
      panels.packA(
          from + row * plan.a.rowStep(),
          Math.min(ROWS, plan.m - row),
          steps,
          to + (panel - firstPanel) * MatMulPanels.bytesOfA(steps));
    }
  }

  private long addressOfB(int batch, int kBlock, int panel) {
    return bAddress
        + plan.b.starts()[batch]
        + kBlock * (K_BLOCK * plan.b.rowStep())
        + panel * (plan.tileColumns * plan.b.columnStep());
  }

  private void packB(int batch, int kBlock, int firstPanel, int endPanel, long to, long scratch) {
    int steps = steps(kBlock);
    for (int panel = firstPanel; panel < endPanel; panel++) {
      panels.packB(
          addressOfB(batch, kBlock, panel),
          Math.min(plan.tileColumns, plan.n - panel * plan.tileColumns),
          steps,
          to + (panel - firstPanel) * panels.bytesOfB(steps),
          scratch + stageOffset);
    }
  }

  /** Computes one block of C and runs the epilogue on it. */
  private void block(int index, long scratch) {
    int column0 = index % plan.columnChunks() * plan.columnBlock;
    int rest = index / plan.columnChunks();
    int row0 = rest % plan.rowChunks() * plan.rowBlock;
    int batch = rest / plan.rowChunks();
    int row1 = Math.min(plan.m, row0 + plan.rowBlock);
    int column1 = Math.min(plan.n, column0 + plan.columnBlock);
    for (int kBlock = 0; kBlock < kBlocks; kBlock++) {
      long a = scratch + aOffset;
      if (plan.sharesA) {
        a = packedA(kBlock, row0 / ROWS);
      } else {
        packA(batch, kBlock, row0 / ROWS, Math.ceilDiv(row1, ROWS), a);
      }
      columns(batch, kBlock, row0, row1, column0, column1, a, scratch);
    }
    if (epilogue != null) {
      long offset = (long) batch * (plan.turned ? plan.n : plan.m);
      if (plan.turned) {
        epilogue.run(offset + column0, offset + column1, row0, row1, scratch + epilogueOffset);
      } else {
        epilogue.run(offset + row0, offset + row1, column0, column1, scratch + epilogueOffset);
      }
    }
  }

  private void columns(
      int batch, int kBlock, int row0, int row1, int column0, int column1, long a, long scratch) {
    int steps = steps(kBlock);
    int tileColumns = plan.tileColumns;
    long c = cAddress + plan.c.starts()[batch] + row0 * plan.c.rowStep();
    for (int column = column0; column < column1; column += tileColumns) {
      int panel = column / tileColumns;
      int wide = Math.min(tileColumns, column1 - column);
      long b = scratch + bOffset;
      long bStep = (long) tileColumns * Float.BYTES;
      if (plan.sharesB) {
        b = packedB(kBlock, panel);
      } else if (plan.direct && wide == tileColumns) {
        b = addressOfB(batch, kBlock, panel);
        bStep = plan.b.rowStep();
      } else {
        packB(batch, kBlock, panel, panel + 1, b, scratch);
      }
      tiles.column(
          a,
          MatMulPanels.bytesOfA(steps),
          row1 - row0,
          b,
          bStep,
          wide,
          c + column * plan.c.columnStep(),
          steps,
          kBlock == 0,
          scratch);
    }
  }
}
