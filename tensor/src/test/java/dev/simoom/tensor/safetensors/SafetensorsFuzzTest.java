package dev.simoom.tensor.safetensors;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.files.Mutants;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Broken files and indexes are refused by name, and nothing else happens. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SafetensorsFuzzTest {
  private static final int MOST = 100;

  @TempDir Path folder;

  private static void readAll(SafetensorsFile file) throws IOException {
    MemorySegment target = MemorySegment.ofArray(new int[MOST]);
    for (SafetensorsFile.Entry entry : file.entries()) {
      long count = Math.min(MOST, entry.shape().elements());
      file.read(entry, file.nearestType(entry), 0, target, count);
      file.readFloats(entry, entry.shape().elements() - count, target, count);
    }
  }

  @Test
  void files() throws IOException {
    Path path = folder.resolve("a.safetensors");
    new SafetensorsWriter()
        .metadata("format", "pt")
        .add("w", DType.F32, Shape.of(2, 3), MemorySegment.ofArray(new float[6]))
        .add("h", DType.BF16, Shape.of(4), MemorySegment.ofArray(new short[4]))
        .add("mask", DType.BOOL, Shape.of(3), MemorySegment.ofArray(new int[] {1, 0, 1}))
        .write(path);
    byte[] written = Files.readAllBytes(path);
    String header =
        "{\"a\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]},"
            + "\"\\u00e9\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[16,17]},"
            + "\"none\":{\"dtype\":\"F64\",\"shape\":[0,7],\"data_offsets\":[17,17]}}";
    byte[] byHand =
        ByteBuffer.allocate(8 + header.length() + 17)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length())
            .put(header.getBytes(StandardCharsets.US_ASCII))
            .array();
    new Mutants(
            path,
            SafetensorsException.class,
            mutant -> {
              try (SafetensorsFile file = SafetensorsFile.open(mutant)) {
                readAll(file);
              }
            })
        .run(List.of(new Mutants.Seed(written, 0), new Mutants.Seed(byHand, 0)));
  }

  @Test
  void indexes() throws IOException {
    for (String shard : new String[] {"1", "2"}) {
      float[] value = {1};
      new SafetensorsWriter()
          .add("a" + shard, DType.F32, Shape.of(1), MemorySegment.ofArray(value))
          .add("b" + shard, DType.F32, Shape.of(1), MemorySegment.ofArray(value))
          .write(folder.resolve(shard));
    }
    String index =
        "{\"metadata\": {\"total_size\": 16, \"more\": [1.5e3, true, null, {}]}, \"weight_map\":"
            + " {\"a1\": \"1\", \"a2\": \"2\", \"b1\": \"1\", \"b2\": \"2\"}}";
    new Mutants(
            folder.resolve(ShardedSafetensors.INDEX),
            SafetensorsException.class,
            mutant -> {
              try (ShardedSafetensors model = ShardedSafetensors.open(mutant)) {
                for (SafetensorsFile shard : model.shards()) {
                  readAll(shard);
                }
              }
            })
        .run(List.of(new Mutants.Seed(index.getBytes(StandardCharsets.US_ASCII))));
  }
}
