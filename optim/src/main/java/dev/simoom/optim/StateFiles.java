package dev.simoom.optim;

import dev.simoom.kernels.DType;
import dev.simoom.optim.Optimizer.Counters;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** State of an optimizer in safetensors files. */
final class StateFiles {
  private static final String STEP = "step";
  private static final String RAMP_START = "ramp_start";
  private static final String AVERAGED = "averaged_steps";

  private StateFiles() {}

  static void save(
      SafetensorsWriter file, String prefix, List<GroupState> groups, Counters counters) {
    for (GroupState group : groups) {
      for (GroupState.Part part : group.parts()) {
        file.add(prefix + part.name(), part.dtype(), part.shape(), part.data());
      }
    }
    saveCount(file, prefix + STEP, counters.step);
    saveCount(file, prefix + RAMP_START, counters.rampStart);
    saveCount(file, prefix + AVERAGED, counters.averaged);
  }

  private static void saveCount(SafetensorsWriter file, String name, long count) {
    MemorySegment data = MemorySegment.ofArray(new int[] {Math.toIntExact(count)});
    file.add(name, DType.I32, Shape.SCALAR, data);
  }

  static void load(SafetensorsFile file, String prefix, List<GroupState> groups, Counters counters)
      throws IOException {
    List<GroupState.Part> parts = new ArrayList<>();
    groups.forEach(g -> parts.addAll(g.parts()));
    for (GroupState.Part part : parts) {
      check(file, prefix + part.name(), part.dtype(), part.shape());
    }
    long step = count(file, prefix + STEP);
    long rampStart = count(file, prefix + RAMP_START);
    long averaged = count(file, prefix + AVERAGED);
    for (GroupState.Part part : parts) {
      SafetensorsFile.Entry entry = file.entry(prefix + part.name());
      file.read(entry, part.dtype(), 0, part.data(), part.shape().elements());
    }
    groups.forEach(g -> g.written(step));
    counters.step = step;
    counters.rampStart = rampStart;
    counters.averaged = averaged;
  }

  private static SafetensorsFile.Entry check(
      SafetensorsFile file, String name, DType type, Shape shape) throws IOException {
    SafetensorsFile.Entry entry = file.entry(name);
    if (!entry.dtype().equals(type.name()) || !entry.shape().equals(shape)) {
      boolean otherFormat = !entry.dtype().equals(type.name());
      throw new IOException(
          "%s: tensor '%s' is %s%s, the optimizer needs %s%s%s"
              .formatted(
                  file.path(),
                  name,
                  entry.dtype(),
                  entry.shape(),
                  type,
                  shape,
                  otherFormat ? "; state is loaded in the StateFormat it was saved in" : ""));
    }
    return entry;
  }

  private static long count(SafetensorsFile file, String name) throws IOException {
    SafetensorsFile.Entry entry = check(file, name, DType.I32, Shape.SCALAR);
    MemorySegment number = MemorySegment.ofArray(new int[1]);
    file.readInts(entry, 0, number, 1);
    int count = number.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    if (count < 0) {
      throw new IOException(file.path() + ": tensor '" + name + "' is " + count);
    }
    return count;
  }
}
