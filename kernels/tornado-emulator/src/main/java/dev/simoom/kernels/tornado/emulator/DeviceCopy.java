package dev.simoom.kernels.tornado.emulator;

import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * An array in the memory of the device.
 *
 * @param array its content
 * @param stamps who touched it
 */
record DeviceCopy(TornadoNativeArray array, Stamps stamps) {
  private static final byte GARBAGE = (byte) 0xff;

  /** Memory as a device gives it: with anything in it, here numbers that are none. */
  static DeviceCopy of(TornadoNativeArray host) {
    TornadoNativeArray array =
        switch (host) {
          case FloatArray floats -> new FloatArray(floats.getSize());
          case IntArray ints -> new IntArray(ints.getSize());
          case ShortArray shorts -> new ShortArray(shorts.getSize());
        };
    MemorySegment content = array.getSegment();
    content.fill(GARBAGE);
    return new DeviceCopy(array, new Stamps(host.getSize()));
  }
}
