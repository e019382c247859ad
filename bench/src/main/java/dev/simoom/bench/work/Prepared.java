package dev.simoom.bench.work;

import dev.simoom.kernels.Kernel;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** A work with its operands in memory, ready to be run again and again. */
public interface Prepared extends AutoCloseable {
  /** Does the work once. */
  void run();

  /** What the last run computed, for checking. */
  List<Tensor> results();

  /** The kernels that one run consists of; empty where it is no program. */
  List<Kernel> kernels();

  /** The program that one run runs, if it is one that was prepared. */
  default Optional<Program> program() {
    return Optional.empty();
  }

  @Override
  void close();
}
