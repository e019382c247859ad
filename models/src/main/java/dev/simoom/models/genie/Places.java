package dev.simoom.models.genie;

import dev.simoom.nn.Initializer;
import dev.simoom.nn.Module;
import dev.simoom.nn.Parameters;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;

/**
 * Learnt positions of patches in space and time.
 *
 * @param space [places, width]
 * @param time [frames, 1, width]
 */
public record Places(Variable space, Variable time) implements Module {
  static Places create(long places, long frames, long width, RandomStream random) {
    Initializer small = Initializer.normal(0.02);
    return new Places(
        small.variable("places in space", Shape.of(places, width), random),
        small.variable("places in time", Shape.of(frames, 1, width), random));
  }

  /** Adds the positions of frames from a number on to [..., frames, places, width]. */
  Tensor add(Tensor x, long from) {
    long frames = x.shape().extent(-3);
    return x.add(space.value()).add(time.value().slice(0, from, from + frames));
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect().variable("space", space).variable("time", time).toMap();
  }
}
