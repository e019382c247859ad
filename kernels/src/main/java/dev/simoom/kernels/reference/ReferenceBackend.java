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
      case LoopKernel kernel -> throw new UnsupportedOperationException(kernel.name());
      case MatMul kernel -> throw new UnsupportedOperationException(kernel.name());
      case Attention kernel -> throw new UnsupportedOperationException(kernel.name());
      case AttentionGradient kernel -> throw new UnsupportedOperationException(kernel.name());
      case TopK kernel -> throw new UnsupportedOperationException(kernel.name());
      case SparseDecode kernel -> throw new UnsupportedOperationException(kernel.name());
      case SparseDot kernel -> throw new UnsupportedOperationException(kernel.name());
      case Gather kernel -> throw new UnsupportedOperationException(kernel.name());
      case ScatterAdd kernel -> throw new UnsupportedOperationException(kernel.name());
      case Random kernel -> throw new UnsupportedOperationException(kernel.name());
      case Copy kernel -> throw new UnsupportedOperationException(kernel.name());
    }
  }
}
