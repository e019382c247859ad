package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.VectorCode.FLOATS;
import static dev.simoom.kernels.simd.VectorCode.INTS;

import dev.simoom.kernels.DynamicMap;

/**
 * Writes the conversions of {@link DynamicMap}, in its order of operations. Each method takes the
 * local variables of its arguments and pushes the result.
 */
final class DynamicMapEmitter {
  private static final int INTERVALS = 7;

  /** The bits of a real number's exponent, which alone are a power of two. */
  private static final int EXPONENT = 0x7f800000;

  /** These less the bits of a power of two are the bits of its inverse. */
  private static final int INVERSE = 254 << 23;

  private final VectorCode v;

  DynamicMapEmitter(VectorCode v) {
    this.v = v;
  }

  /** The number of a byte of a signed map. */
  void signed(int word, int index) {
    int code = code(word, index);
    int negative = v.get(code).compare("GT", 128).keep();
    v.get(code).all(256).get(code).binary(INTS, "sub").get(negative).blend(INTS);
    int count = v.keep();
    v.get(count).get(count).binary(INTS, "add").all(1).binary(INTS, "add").convert("I2F", FLOATS);
    size(v.keep());
    int size = v.keep();
    v.get(size).get(size).unary(FLOATS, "neg").get(negative).floatSpecies().castMask();
    v.blend(FLOATS);
  }

  /** The number of a byte of an unsigned map. */
  void unsigned(int word, int index) {
    v.get(code(word, index)).convert("I2F", FLOATS).all(1.5f).binary(FLOATS, "add");
    size(v.keep());
  }

  private int code(int word, int index) {
    v.get(word).get(index).all(3).binary(INTS, "and").shift("LSHL", 3).shiftBy("LSHR");
    return v.all(255).binary(INTS, "and").keep();
  }

  private void size(int place) {
    int scale = v.all(DynamicMap.scale(0)).keep();
    for (int i = 1; i < INTERVALS; i++) {
      v.get(scale).all(DynamicMap.scale(i)).get(place).compare("GE", (float) (2 << i));
      scale = v.blend(FLOATS).keep();
    }
    v.all(INVERSE).get(place).bits().all(EXPONENT).binary(INTS, "and").binary(INTS, "sub").real();
    v.get(place).binary(FLOATS, "mul").all(1f).binary(FLOATS, "sub");
    v.all(0.9f).binary(FLOATS, "mul").all(0.1f).binary(FLOATS, "add");
    v.get(scale).binary(FLOATS, "mul");
    v.all(1f).get(place).compare("GE", 256f).blend(FLOATS);
    v.all(0f).get(place).compare("LT", 2f).blend(FLOATS);
  }

  /** The nearest byte of a signed map. */
  void packSigned(int x, int index) {
    int count = nearest(v.get(x).unary(FLOATS, "abs").keep(), true);
    int below = v.get(count).all(1).binary(INTS, "max").all(127).binary(INTS, "min").keep();
    v.get(count).all(256).get(below).binary(INTS, "sub");
    v.get(x).compare("LT", 0f).intSpecies().castMask().blend(INTS);
    place(index);
  }

  /** The nearest byte of an unsigned map. */
  void packUnsigned(int x, int index) {
    v.get(nearest(x, false));
    place(index);
  }

  private void place(int index) {
    v.get(index).convert("F2I", INTS).all(3).binary(INTS, "and").shift("LSHL", 3).shiftBy("LSHL");
  }

  private int nearest(int x, boolean signed) {
    int density = v.all(DynamicMap.density(0, signed)).keep();
    int count = v.all(DynamicMap.count(0, signed)).keep();
    for (int i = 1; i < INTERVALS; i++) {
      int here = v.get(x).compare("GE", DynamicMap.threshold(i, signed)).keep();
      density = v.get(density).all(DynamicMap.density(i, signed)).get(here).blend(FLOATS).keep();
      count = v.get(count).all(DynamicMap.count(i, signed)).get(here).blend(FLOATS).keep();
    }
    v.get(x).get(density).binary(FLOATS, "mul");
    v.get(count).all(DynamicMap.BASE).binary(FLOATS, "mul").binary(FLOATS, "add");
    v.convert("F2I", INTS);
    v.get(count).get(count).binary(FLOATS, "add").all(1f).binary(FLOATS, "sub");
    v.convert("F2I", INTS).binary(INTS, "min");
    if (!signed) {
      v.all(1).binary(INTS, "sub");
    }
    v.all(signed ? 128 : 255).get(x).compare("GE", DynamicMap.most(signed));
    v.intSpecies().castMask().blend(INTS);
    int code = v.keep();
    v.all(0).get(code).get(x).compare("GE", DynamicMap.least(signed));
    return v.intSpecies().castMask().blend(INTS).keep();
  }
}
