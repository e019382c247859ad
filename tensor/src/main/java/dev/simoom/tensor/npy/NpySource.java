package dev.simoom.tensor.npy;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.files.ConversionException;
import dev.simoom.tensor.files.ElementWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A tensor that is to be written as an npy file.
 *
 * @param name for messages
 */
record NpySource(String name, DType type, Shape shape, MemorySegment data) {
  NpySource {
    long bytes = Math.multiplyExact(shape.elements(), type.bytes());
    if (data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "%s: shape %s of %s takes %d bytes, got %d"
              .formatted(name, shape, type, bytes, data.byteSize()));
    }
  }

  private byte[] header() {
    return NpyHeader.of(NpyType.descr(type), shape);
  }

  /** Size of the file. */
  long fileBytes() {
    return header().length + shape.elements() * NpyType.written(type).bytes();
  }

  void write(ElementWriter.Sink sink) throws IOException {
    sink.accept(ByteBuffer.wrap(header()));
    try {
      ElementWriter.write(type, data, NpyType.written(type), sink);
    } catch (ConversionException e) {
      throw new NpyException(name, e.getMessage());
    }
  }
}
