package dev.simoom.models.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.simoom.tensor.files.Mutants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broken tokenizer files are refused in words, whatever is wrong in them. */
class TokenizerFuzzTest {
  private static final byte[] TEXT = "a\u0301b's 12 été <|endoftext|>\n".getBytes(UTF_8);

  @TempDir Path folder;

  @Test
  void ownEncodingsAreReadOrRefused() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    BytePairEncodingTest.train(BytePairEncodingTest.sample(2_000, 1), 290).save(file);
    new Mutants(file, TokenizerFileException.class, path -> use(BytePairEncoding.load(path)))
        .run(List.of(new Mutants.Seed(Files.readAllBytes(file))));
  }

  @Test
  void pretrainedTokenizersAreReadOrRefused() throws IOException {
    List<Mutants.Seed> seeds = new ArrayList<>();
    for (TokenizerFiles style : TokenizerFiles.values()) {
      seeds.add(new Mutants.Seed(style.json(30).toString().getBytes(UTF_8)));
    }
    new Mutants(
            folder.resolve("tokenizer.json"),
            TokenizerFileException.class,
            path -> use(PretrainedTokenizer.load(path)))
        .run(seeds);
  }

  private static void use(Tokenizer tokenizer) {
    tokenizer.decode(tokenizer.encode(TEXT));
    tokenizer.tokenText(tokenizer.separator());
    tokenizer.tokenText(tokenizer.vocabularySize() - 1);
  }
}
