package dev.simoom.kernels.tornado.emulator;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** The memory that a plan may take, which a property of TornadoVM's bounds. */
final class DeviceMemory {
  private static final long GIGABYTE = 1L << 30;

  private final Set<DeviceCopy> copies = Collections.newSetFromMap(new IdentityHashMap<>());

  DeviceCopy allocate(TornadoNativeArray host) {
    long wanted = host.getNumBytesOfSegmentWithHeader();
    if (bytes() + wanted > limit()) {
      throw new TornadoOutOfMemoryException(
          "Unable to allocate %d bytes: %d of %d are in use".formatted(wanted, bytes(), limit()));
    }
    DeviceCopy copy = DeviceCopy.of(host);
    copies.add(copy);
    return copy;
  }

  void free(DeviceCopy copy) {
    copies.remove(copy);
  }

  long bytes() {
    return copies.stream().mapToLong(c -> c.array().getNumBytesOfSegmentWithHeader()).sum();
  }

  private static long limit() {
    String property = System.getProperty("tornado.device.memory", "4GB");
    long number = Long.parseLong(property.replaceAll("\\D", ""));
    return property.contains("MB") ? number << 20 : number * GIGABYTE;
  }
}
