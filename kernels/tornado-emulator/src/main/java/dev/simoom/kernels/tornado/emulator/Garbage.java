package dev.simoom.kernels.tornado.emulator;

import java.util.Arrays;

/** Arrays as a device gives them: full of what nobody would take for a result. */
final class Garbage {
  private static final int INT = 0xdeadbeef;

  private Garbage() {}

  static float[] floats(int size) {
    float[] array = new float[size];
    Arrays.fill(array, Float.NaN);
    return array;
  }

  static int[] ints(int size) {
    int[] array = new int[size];
    Arrays.fill(array, INT);
    return array;
  }
}
