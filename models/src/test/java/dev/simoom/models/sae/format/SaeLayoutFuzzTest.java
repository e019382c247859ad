package dev.simoom.models.sae.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.LiveBuffers;
import dev.simoom.models.sae.SparseAutoencoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Settings that were broken in small ways are read or refused with the layout's own exception, and
 * never take memory by what they claim. {@code simoom.fuzz.mutants} says how many are tried.
 */
class SaeLayoutFuzzTest {
  private static final int COUNT = Integer.getInteger("simoom.fuzz.mutants", 20_000);
  private static final long MOST_NATIVE_BYTES = 300_000;

  private static final String[] PIECES = {
    "0", "-1", "2147483648", "1e400", "999999999", "null", "true", "\"gated\"", "[", "{}", "NaN"
  };

  @Test
  void brokenSettingsAreReadOrRefused(@TempDir Path folder) throws IOException {
    TheirSae theirs =
        new TheirSae("topk", 1)
            .with("rescale_acts_by_decoder_norm", "true")
            .with("apply_b_dec_to_input", "false")
            .with("normalize_activations", "\"layer_norm\"")
            .with("metadata", "{\"sae_lens_version\": \"6.18.0\", \"hook_name\": null}");
    theirs.write(folder);
    byte[] seed = theirs.json().getBytes(StandardCharsets.UTF_8);
    // The first call leaves room for computing that later ones use again.
    SaeLayout.read(folder).close();
    assertThat(isRead(folder, seed)).isTrue();
    int refused = 0;
    for (int i = 0; i < COUNT; i++) {
      SplittableRandom random = new SplittableRandom(i);
      byte[] bytes = mutate(seed, random);
      bytes = random.nextBoolean() ? mutate(bytes, random) : bytes;
      refused += isRead(folder, bytes) ? 0 : 1;
    }
    assertThat(refused).isBetween(COUNT / 20, COUNT * 99 / 100);
  }

  private static boolean isRead(Path folder, byte[] bytes) throws IOException {
    // A new file, for some file systems force one to the disk that is cut and written again.
    Files.delete(folder.resolve("cfg.json"));
    Files.write(folder.resolve("cfg.json"), bytes);
    LiveBuffers.restartPeak();
    long live = LiveBuffers.bytes();
    boolean read = true;
    try (SparseAutoencoder sae = SaeLayout.read(folder)) {
      assertThat(sae.config().latents()).isEqualTo(TheirSae.LATENTS);
    } catch (SaeLayoutException e) {
      assertThat(e).hasMessageContaining("cfg.json");
      read = false;
    } catch (Throwable e) {
      throw new AssertionError(new String(bytes, StandardCharsets.ISO_8859_1), e);
    }
    assertThat(LiveBuffers.peak() - live).isLessThan(MOST_NATIVE_BYTES);
    assertThat(LiveBuffers.bytes()).isEqualTo(live);
    return read;
  }

  private static byte[] mutate(byte[] bytes, SplittableRandom random) {
    int at = random.nextInt(Math.max(1, bytes.length));
    int length = Math.min(1 + random.nextInt(12), bytes.length - at);
    return switch (random.nextInt(6)) {
      case 0 -> {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
      case 1 -> Arrays.copyOf(bytes, Math.max(1, at));
      case 2 -> replace(bytes, at, length, "");
      case 3 -> replace(bytes, at, 0, new String(bytes, at, length, StandardCharsets.ISO_8859_1));
      case 4 -> replace(bytes, at, length, PIECES[random.nextInt(PIECES.length)]);
      default -> value(bytes, at, PIECES[random.nextInt(PIECES.length)]);
    };
  }

  /** Another value behind the next colon. */
  private static byte[] value(byte[] bytes, int from, String piece) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int colon = text.indexOf(':', from);
    int comma = text.indexOf(',', Math.max(0, colon));
    return colon < 0 || comma < 0 ? bytes : replace(bytes, colon + 1, comma - colon - 1, piece);
  }

  private static byte[] replace(byte[] bytes, int at, int removed, String by) {
    byte[] piece = by.getBytes(StandardCharsets.ISO_8859_1);
    byte[] result = Arrays.copyOf(bytes, bytes.length - removed + piece.length);
    System.arraycopy(piece, 0, result, at, piece.length);
    int rest = at + removed;
    System.arraycopy(bytes, rest, result, at + piece.length, bytes.length - rest);
    return result;
  }
}
