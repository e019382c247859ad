package dev.simoom.kernels.tornado.emulator;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/**
 * What kernels call in the place of the context's members and of accesses to arrays; public, for
 * their code is in classes of its own.
 */
public final class Access {
  /** The launch that runs; one does at a time. */
  private static Launch launch;

  private Access() {}

  static void begin(Launch next) {
    launch = next;
  }

  /** One of the context's numbers. */
  public static Integer number(KernelContext context, int code, int dimension) {
    return launch.number(Launch.Number.of(code), dimension);
  }

  /** Reads an element. */
  public static float get(FloatArray array, int index) {
    launch.read(array, index);
    return array.get(index);
  }

  /** Reads an element. */
  public static int get(IntArray array, int index) {
    launch.read(array, index);
    return array.get(index);
  }

  /** Reads an element. */
  public static short get(ShortArray array, int index) {
    launch.read(array, index);
    return array.get(index);
  }

  /** Writes an element. */
  public static void set(FloatArray array, int index, float value) {
    launch.write(array, index);
    array.set(index, value);
  }

  /** Writes an element. */
  public static void set(IntArray array, int index, int value) {
    launch.write(array, index);
    array.set(index, value);
  }

  /** Writes an element. */
  public static void set(ShortArray array, int index, short value) {
    launch.write(array, index);
    array.set(index, value);
  }

  /** Reads an element of a local or private array. */
  public static float load(float[] array, int index) {
    launch.readLocal(array, array.length, index);
    return array[index];
  }

  /** Reads an element of a local or private array. */
  public static int load(int[] array, int index) {
    launch.readLocal(array, array.length, index);
    return array[index];
  }

  /** Writes an element of a local or private array. */
  public static void store(float[] array, int index, float value) {
    launch.writeLocal(array, array.length, index);
    array[index] = value;
  }

  /** Writes an element of a local or private array. */
  public static void store(int[] array, int index, int value) {
    launch.writeLocal(array, array.length, index);
    array[index] = value;
  }

  /** An array of the work item's own. */
  public static float[] ownFloats(int size) {
    return Garbage.floats(size);
  }

  /** An array of the work item's own. */
  public static int[] ownInts(int size) {
    return Garbage.ints(size);
  }

  /** Converts to an integer; the least of them stands for what has none. */
  public static int toInt(float value) {
    return Math.abs(value) < 0x1p31f ? (int) value : Integer.MIN_VALUE;
  }

  /** The group's next shared array. */
  public static float[] floats(KernelContext context, int size) {
    return (float[]) launch.share(size, true);
  }

  /** The group's next shared array. */
  public static int[] ints(KernelContext context, int size) {
    return (int[]) launch.share(size, false);
  }

  /** Waits for the group. */
  public static void barrier(KernelContext context) {
    Coroutine.stop();
  }
}
