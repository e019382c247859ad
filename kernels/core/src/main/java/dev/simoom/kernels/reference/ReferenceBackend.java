package dev.simoom.kernels.reference;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.LaunchCheck;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.Random;
import dev.simoom.kernels.Scan;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import dev.simoom.kernels.TopK;
import java.util.List;

/** Runs launches one after the other on the calling thread. */
public final class ReferenceBackend implements Backend {
  /** The only instance. */
  public static final ReferenceBackend INSTANCE = new ReferenceBackend();

  private ReferenceBackend() {}

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Executable compile(List<Launch> launches) {
    List<Launch> list = List.copyOf(launches);
    LaunchCheck check = new LaunchCheck(list);
    return new Executable() {
      @Override
      public void run(Buffer... slots) {
        check.verify(slots);
        list.forEach(launch -> ReferenceBackend.run(launch, slots));
      }

      @Override
      public void close() {}
    };
  }

  private static void run(Launch launch, Buffer[] slots) {
    List<Port> ports = launch.kernel().ports();
    Memory[] memory = new Memory[ports.size()];
    for (int i = 0; i < memory.length; i++) {
      Operand operand = launch.operands().get(i);
      memory[i] = Memory.of(slots[operand.slot()], operand.offset(), ports.get(i));
    }
    switch (launch.kernel()) {
      case LoopKernel kernel -> LoopReference.run(kernel, memory);
      case MatMul kernel -> MatMulReference.run(kernel, memory);
      case Attention kernel -> AttentionReference.run(kernel, memory);
      case AttentionGradient kernel -> AttentionReference.run(kernel, memory);
      case TopK kernel -> TopKReference.run(kernel, memory);
      case SparseDecode kernel -> IndexedReference.run(kernel, memory);
      case SparseDot kernel -> IndexedReference.run(kernel, memory);
      case Gather kernel -> IndexedReference.run(kernel, memory);
      case ScatterAdd kernel -> IndexedReference.run(kernel, memory);
      case Scan kernel -> ScanReference.run(kernel, memory);
      case Random kernel -> RandomReference.run(kernel, memory);
      case Copy kernel -> CopyReference.run(kernel, memory);
    }
  }
}
