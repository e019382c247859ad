package dev.simoom.tensor.npy;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.files.Mutants;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Broken arrays and archives are refused by name, and nothing else happens. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NpyFuzzTest {
  private static final int MOST = 100;
  private static final byte[] FORTRAN =
      NpyBytes.file(
          1, NpyBytes.header(">i4", true, "(2, 3)"), NpyBytes.elements(">i4", 1, 2, 3, 4, 5, 6));
  private static final byte[] FLOATS =
      NpyBytes.file(2, NpyBytes.header("<f8", false, "(4,)"), NpyBytes.elements("<f8", 1, 2, 3, 4));
  private static final byte[] TRUTH =
      NpyBytes.file(3, NpyBytes.header("|b1", false, "()"), new byte[] {1});

  @TempDir Path folder;

  private static void readAll(NpyArray array) throws IOException {
    MemorySegment target = MemorySegment.ofArray(new int[MOST]);
    long elements = array.shape().elements();
    long count = Math.min(MOST, elements);
    array.read(array.nearestType(), 0, target, count);
    array.read(DType.F16, elements - count, target, count);
  }

  private static void readAll(Path file) throws IOException {
    try (NpzFile archive = NpzFile.open(file)) {
      for (String name : archive.names()) {
        try (NpyArray array = archive.array(name)) {
          readAll(array);
        }
      }
    }
  }

  @Test
  void arrays() throws IOException {
    List<Mutants.Seed> seeds =
        List.of(
            new Mutants.Seed(FORTRAN, 8), new Mutants.Seed(FLOATS, 8), new Mutants.Seed(TRUTH, 8));
    Mutants.Target target =
        mutant -> {
          try (NpyArray array = NpyArray.open(mutant)) {
            readAll(array);
          }
        };
    new Mutants(folder.resolve("a.npy"), NpyException.class, target).run(seeds);
  }

  @Test
  void archives() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a.npy", FORTRAN);
    files.put("b.npy", FLOATS);
    files.put("readme", new byte[3]);
    List<Mutants.Seed> seeds = new ArrayList<>();
    for (boolean deflated : new boolean[] {false, true}) {
      byte[] zip = NpyBytes.zip(deflated, files);
      seeds.add(new Mutants.Seed(zip, fields(zip)));
    }
    Mutants.Target target = NpyFuzzTest::readAll;
    new Mutants(folder.resolve("a.npz"), NpyException.class, target).run(seeds);
  }

  /** Broken arrays in archives that are whole. */
  @Test
  void arraysInArchives() throws IOException {
    List<Mutants.Seed> seeds = new ArrayList<>();
    for (boolean deflated : new boolean[] {false, true}) {
      seeds.add(
          new Mutants.Seed(
              FORTRAN, new int[] {8}, npy -> NpyBytes.zip(deflated, Map.of("a.npy", npy))));
    }
    Mutants.Target target = NpyFuzzTest::readAll;
    new Mutants(folder.resolve("a.npz"), NpyException.class, target).run(seeds);
  }

  /** Places of the numbers in the headers and lists of a zip. */
  private static int[] fields(byte[] zip) {
    return IntStream.range(0, zip.length - 3)
        .filter(i -> zip[i] == 'P' && zip[i + 1] == 'K' && zip[i + 2] < 8)
        .flatMap(
            i ->
                IntStream.of(4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 42)
                    .map(n -> i + n))
        .toArray();
  }
}
