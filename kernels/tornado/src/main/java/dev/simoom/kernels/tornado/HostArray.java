package dev.simoom.kernels.tornado;

import dev.simoom.kernels.tornado.memory.DeviceArray;
import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * The object by which TornadoVM knows a device array, and the memory through which content comes
 * and goes.
 *
 * @param device what it stands for
 * @param array TornadoVM's object
 */
record HostArray(DeviceArray device, TornadoNativeArray array) {
  /** Bytes that TornadoVM keeps before the elements of each array, on the device too. */
  static final long HEADER = TornadoNativeArray.ARRAY_HEADER;

  static HostArray of(DeviceArray device) {
    return new HostArray(
        device,
        switch (device.ref().type()) {
          case FLOAT -> new FloatArray(device.elements());
          case INT -> new IntArray(device.elements());
          case SHORT -> new ShortArray(device.elements());
        });
  }

  /** The elements, without TornadoVM's header. */
  MemorySegment content() {
    return array.getSegment();
  }
}
