package dev.simoom.models.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BytePairEncodingTest {
  @Test
  void learnsTheMergesThatCountingByHandGives() {
    // Pieces: "low" 3 times, "lot" 2, "tow" 2. Pairs: lo 5, ow 5, ot 2, to 2. The tie goes to lo,
    // as 'l' < 'o'; then ow is 2 (tow),
    // (lo, w) is 3, (lo, t) 2. Of the pairs met twice, (o, w) has the lowest left id, after which
    // (t, ow) is 2.
    BytePairEncoding encoding = train("low\nlow\nlow\nlot\nlot\ntow\ntow", 300);
    List<String> learned = new ArrayList<>();
    for (int id = 257; id < encoding.vocabularySize(); id++) {
      learned.add(encoding.tokenText(id));
    }
    assertThat(learned).containsExactly("lo", "low", "ow", "tow", "lot");
    assertThat(encoding.encode(bytes("lowlotx"))).containsExactly(258, 261, 'x');
  }

  @Test
  void growsExactlyToTheVocabularyAskedFor() {
    assertThat(train(sample(20_000, 1), 300).vocabularySize()).isEqualTo(300);
    assertThat(train("", 300).vocabularySize()).isEqualTo(257);
    assertThatThrownBy(() -> train("text", 256))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vocabulary size is 256 but must be 257 to 65536");
  }

  @Test
  void learnsWhatRecountingEveryPairLearns() {
    String text = sample(6_000, 2);
    BytePairEncoding fast = train(text, 330);
    assertThat(fast.merges()).startsWith(recounted(text, fast.merges().length));
  }

  @Test
  void encodesLikeApplyingEachMergeInTurn() {
    BytePairEncoding encoding = train(sample(20_000, 3), 400);
    byte[] text = bytes(sample(3_000, 4));
    assertThat(encoding.encode(text)).isEqualTo(applied(encoding, text));
  }

  @Test
  void neverMakesATokenTwice() {
    Random random = new Random(9);
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      int letters = 1 + random.nextInt(3);
      for (int i = 0; i < 400; i++) {
        boolean cut = random.nextInt(9) == 0;
        text.append(cut ? '\n' : (char) ('a' + random.nextInt(letters)));
      }
      BytePairEncoding encoding = train(text.toString(), 340);
      List<String> names = new ArrayList<>();
      for (int id = 0; id < encoding.vocabularySize(); id++) {
        names.add(encoding.tokenText(id));
      }
      assertThat(names).doesNotHaveDuplicates();
    }
  }

  @Test
  void givesAnyBytesBackExactly() {
    BytePairEncoding encoding = train(sample(20_000, 5), 400);
    Random random = new Random(6);
    for (int round = 0; round < 500; round++) {
      byte[] text = new byte[random.nextInt(60)];
      random.nextBytes(text);
      assertThat(encoding.decode(encoding.encode(text))).isEqualTo(text);
    }
    byte[] prose = bytes("Smørrebrød — “日本語” 😀\n\tx\r\n" + sample(1_000, 7));
    assertThat(encoding.decode(encoding.encode(prose))).isEqualTo(prose);
  }

  @Test
  void encodesTheSameWithAShortMemory() {
    BytePairEncoding encoding = train(sample(20_000, 14), 400);
    byte[] text = bytes(sample(5_000, 15));
    IntList ids = new IntList(16);
    new PieceEncoder(PreTokenizer::end, encoding.mergeTable(), 3).encode(text, ids);
    assertThat(ids.toArray()).isEqualTo(encoding.encode(text));
  }

  @Test
  void encodesAnEndlessWordInLittleTime() {
    byte[] word = new byte[300_000];
    Arrays.fill(word, (byte) 'a');
    BytePairEncoding encoding = BytePairEncoding.train(List.of(word), 270, 1);
    assertThat(encoding.decode(encoding.encode(word))).isEqualTo(word);
  }

  @Test
  void dependsOnNothingButTextAndSize() {
    List<byte[]> documents = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      documents.add(bytes(sample(1_000, i)));
    }
    BytePairEncoding one = BytePairEncoding.train(documents, 500, 1);
    BytePairEncoding three = BytePairEncoding.train(documents, 500, 3);
    assertThat(three.merges()).isEqualTo(one.merges());
    assertThat(BytePairEncoding.train(documents.reversed(), 500, 2).merges())
        .isEqualTo(one.merges());
  }

  @Test
  void showsTokensInPrint() {
    BytePairEncoding encoding = train("é\n\té\n\té", 259);
    assertThat(encoding.tokenText('a')).isEqualTo("a");
    assertThat(encoding.tokenText(' ')).isEqualTo(" ");
    assertThat(encoding.tokenText(0xE2)).isEqualTo("\\xE2");
    assertThat(encoding.tokenText(0)).isEqualTo("\\x00");
    assertThat(encoding.tokenText('\n')).isEqualTo("↵");
    assertThat(encoding.tokenText('\r')).isEqualTo("␍");
    assertThat(encoding.tokenText(256)).isEqualTo("<|endoftext|>");
    assertThat(encoding.tokenText(257)).isEqualTo("é");
    assertThat(encoding.tokenText(258)).isEqualTo("↵⇥");
    assertThat(PrintableBytes.text(new byte[] {'a', (byte) 0xE2, (byte) 0x80, 'b', (byte) 0xC3}))
        .isEqualTo("a\\xE2\\x80b\\xC3");
    assertThat(PrintableBytes.text(bytes("\u200Bx"))).isEqualTo("\\xE2\\x80\\x8Bx");
  }

  @Test
  void refusesIdsOutsideTheVocabulary() {
    BytePairEncoding encoding = train("aa aa", 300);
    assertThatThrownBy(() -> encoding.decode(encoding.vocabularySize()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token id is " + encoding.vocabularySize());
    assertThat(encoding.decode(BytePairEncoding.END_OF_TEXT_ID)).isEmpty();
    assertThat(encoding.byteLength(BytePairEncoding.END_OF_TEXT_ID)).isZero();
  }

  private static List<int[]> split(byte[] text) {
    List<int[]> pieces = new ArrayList<>();
    for (int at = 0; at < text.length; ) {
      int end = PreTokenizer.end(text, at);
      int[] piece = new int[end - at];
      for (int i = at; i < end; i++) {
        piece[i - at] = text[i] & 0xFF;
      }
      pieces.add(piece);
      at = end;
    }
    return pieces;
  }

  private static int[] mergeAll(int[] piece, int pair, int merged) {
    IntList out = new IntList(piece.length);
    for (int i = 0; i < piece.length; i++) {
      boolean match = i + 1 < piece.length && BytePairEncoding.pair(piece[i], piece[i + 1]) == pair;
      out.add(match ? merged : piece[i]);
      i += match ? 1 : 0;
    }
    return out.toArray();
  }

  /** The textbook way: count all pairs anew before each merge. */
  private static int[] recounted(String text, int steps) {
    List<int[]> pieces = split(bytes(text));
    int[] merges = new int[steps];
    for (int step = 0; step < steps; step++) {
      Map<Integer, Integer> counts = new HashMap<>();
      for (int[] piece : pieces) {
        for (int i = 0; i + 1 < piece.length; i++) {
          counts.merge(BytePairEncoding.pair(piece[i], piece[i + 1]), 1, Integer::sum);
        }
      }
      int best = -1;
      for (Map.Entry<Integer, Integer> entry : counts.entrySet()) {
        int lead = best < 0 ? 1 : entry.getValue() - counts.get(best);
        best = lead > 0 || lead == 0 && entry.getKey() < best ? entry.getKey() : best;
      }
      merges[step] = best;
      for (int i = 0; i < pieces.size(); i++) {
        pieces.set(i, mergeAll(pieces.get(i), best, 257 + step));
      }
    }
    return merges;
  }

  private static int[] applied(BytePairEncoding encoding, byte[] text) {
    IntList ids = new IntList(text.length);
    for (int[] piece : split(text)) {
      int[] symbols = piece;
      for (int rank = 0; rank < encoding.merges().length; rank++) {
        symbols = mergeAll(symbols, encoding.merges()[rank], encoding.mergeTable().result(rank));
      }
      for (int symbol : symbols) {
        ids.add(symbol);
      }
    }
    return ids.toArray();
  }

  /** Words over few letters, the lower ones more often, so that pairs repeat and overlap. */
  static String sample(int length, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      for (int i = random.nextInt(8); i >= 0; i--) {
        text.append((char) ('a' + Math.min(random.nextInt(6), random.nextInt(6))));
      }
      text.append(random.nextInt(9) == 0 ? ".\n  " : " ");
    }
    return text.toString();
  }

  static BytePairEncoding train(String text, int vocabularySize) {
    return BytePairEncoding.train(List.of(bytes(text)), vocabularySize, 1);
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
