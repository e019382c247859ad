package dev.simoom.bench.work;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Twelve independent chains of multiply-adds in registers on each thread. */
final class PeakRate extends Together {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int STEPS = 100_000;

  /** Floating-point operations of one thread in one run. */
  static final double FLOPS_PER_THREAD = 2.0 * 12 * SPECIES.length() * STEPS;

  private final float[] sums = new float[1 << 10];

  @Override
  void work(int thread) {
    sums[16 * (thread % 64)] = chains();
  }

  private static float chains() {
    FloatVector m = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector s0 = m;
    FloatVector s1 = m;
    FloatVector s2 = m;
    FloatVector s3 = m;
    FloatVector s4 = m;
    FloatVector s5 = m;
    FloatVector s6 = m;
    FloatVector s7 = m;
    FloatVector s8 = m;
    FloatVector s9 = m;
    FloatVector s10 = m;
    FloatVector s11 = m;
    for (int i = 0; i < STEPS; i++) {
      s0 = s0.fma(m, m);
      s1 = s1.fma(m, m);
      s2 = s2.fma(m, m);
      s3 = s3.fma(m, m);
      s4 = s4.fma(m, m);
      s5 = s5.fma(m, m);
      s6 = s6.fma(m, m);
      s7 = s7.fma(m, m);
      s8 = s8.fma(m, m);
      s9 = s9.fma(m, m);
      s10 = s10.fma(m, m);
      s11 = s11.fma(m, m);
    }
    FloatVector sum = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
    return sum.add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).lane(0);
  }
}
