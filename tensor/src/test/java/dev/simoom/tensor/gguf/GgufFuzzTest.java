package dev.simoom.tensor.gguf;

import dev.simoom.tensor.files.Mutants;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Broken files are refused by name, and nothing else happens. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GgufFuzzTest {
  private static final int MOST = 100;

  @TempDir Path folder;

  private static GgufBytes model(int version) {
    GgufBytes bytes = GgufBytes.start(version, 4, 5);
    bytes.string("general.alignment").int32(4).int32(16);
    bytes.string("name").int32(8).string("tiny").string("rate").int32(6).int32(0);
    bytes.string("tokens").int32(9).int32(8).int64(2).string("a").string("b");
    bytes.string("nested").int32(9).int32(9).int64(1).int32(5).int64(2).int32(1).int32(-1);
    bytes.tensor("w", 0, 0, 3, 2).tensor("h", 30, 32, 2);
    bytes.tensor("q8", 8, 48, 32).tensor("q4", 2, 96, 32);
    return bytes.align(16).raw(new byte[96 + 18]);
  }

  @Test
  void files() throws IOException {
    List<Mutants.Seed> seeds = new ArrayList<>();
    for (int version = 2; version <= 3; version++) {
      GgufBytes model = model(version);
      seeds.add(new Mutants.Seed(model.bytes(), model.fields()));
    }
    new Mutants(
            folder.resolve("a.gguf"),
            GgufException.class,
            mutant -> {
              try (GgufFile file = GgufFile.open(mutant)) {
                readAll(file);
              }
            })
        .run(seeds);
  }

  private static void readAll(GgufFile file) throws IOException {
    MemorySegment target = MemorySegment.ofArray(new float[MOST]);
    for (GgufFile.Entry entry : file.entries()) {
      long count = Math.min(MOST, entry.shape().elements());
      file.readFloats(entry, 0, target, count);
      file.readFloats(entry, entry.shape().elements() - count, target, count);
    }
  }
}
