package dev.simoom.models.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/** Small tokenizer.json files as published models have them, with merges learned from little. */
enum TokenizerFiles {
  GPT2,
  SMOLLM,
  LLAMA3,
  QWEN2;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String LESSON =
      "the then they that's we're I'll don't WE'LL hello world Hello World 1234 56 789 2024\n\n"
          + "  été étude \u65e5\u672c\u8a9e \u65e5\u672c \uD83D\uDE42\uD83D\uDE43 ... !!\r\n"
          + "\t\tx == y;\n";

  /** A file with at most so many merges. */
  ObjectNode json(int merges) {
    BytePairEncoding learned = BytePairEncodingTest.train(LESSON.repeat(3), 257 + merges);
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    root.putNull("truncation").putNull("padding");
    model(root.putObject("model"), learned);
    ArrayNode added = root.putArray("added_tokens");
    int next = learned.vocabularySize() - 1;
    switch (this) {
      case GPT2, SMOLLM -> add(added, next, "<|endoftext|>");
      case LLAMA3 -> {
        add(added, next, "<|begin_of_text|>");
        add(added, next + 1, "<|end_of_text|>");
      }
      case QWEN2 -> {
        add(added, next, "<|endoftext|>");
        add(added, next + 1, "<|im_start|>");
        add(added, next + 2, "<think>").put("special", false);
      }
    }
    root.putNull("normalizer");
    if (this == QWEN2) {
      root.putObject("normalizer").put("type", "NFC");
    }
    cutting(root);
    processor(root);
    byteLevel(root.putObject("decoder"), this == LLAMA3);
    return root;
  }

  /** The tokenizer of a file with at most so many merges. */
  PretrainedTokenizer tokenizer(Path folder, int merges) throws IOException {
    return read(folder, json(merges));
  }

  static PretrainedTokenizer read(Path folder, ObjectNode json) throws IOException {
    JSON.writeValue(folder.resolve("tokenizer.json").toFile(), json);
    return PretrainedTokenizer.load(folder);
  }

  /** Adds an added token. */
  static ObjectNode add(ArrayNode added, int id, String content) {
    return added
        .addObject()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  /** The tokens but the separator, in the order of GPT-2: the bytes that are printable first. */
  private void model(ObjectNode model, BytePairEncoding learned) {
    if (this != GPT2) {
      model.put("type", "BPE");
    }
    model.putNull("dropout").putNull("unk_token");
    model.put("continuing_subword_prefix", "").putNull("end_of_word_suffix").put("fuse_unk", false);
    if (this != GPT2) {
      model.put("byte_fallback", false).put("ignore_merges", this == LLAMA3);
    }
    ObjectNode vocabulary = model.putObject("vocab");
    for (int c = 0; c < 0x144; c++) {
      String name = Character.toString(c);
      if (ByteAlphabet.bytes(name) != null) {
        vocabulary.put(name, vocabulary.size());
      }
    }
    ArrayNode merges = model.putArray("merges");
    for (int merge : learned.merges()) {
      String left = ByteAlphabet.text(learned.token(BytePairEncoding.left(merge)));
      String right = ByteAlphabet.text(learned.token(BytePairEncoding.right(merge)));
      vocabulary.put(left + right, vocabulary.size());
      if (this == LLAMA3) {
        merges.add(left + " " + right);
      } else {
        merges.addArray().add(left).add(right);
      }
    }
  }

  private void cutting(ObjectNode root) {
    ObjectNode step = root.putObject("pre_tokenizer");
    if (this == GPT2) {
      step.put("type", "ByteLevel").put("add_prefix_space", false).put("trim_offsets", true);
      return;
    }
    ArrayNode steps = step.put("type", "Sequence").putArray("pretokenizers");
    if (this == SMOLLM) {
      steps.addObject().put("type", "Digits").put("individual_digits", true);
      byteLevel(steps.addObject(), true).put("add_prefix_space", false);
      return;
    }
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", PublishedPattern.valueOf(name()).regex());
    split.put("behavior", "Isolated").put("invert", false);
    byteLevel(steps.addObject(), false);
  }

  private void processor(ObjectNode root) {
    ObjectNode step = root.putObject("post_processor");
    if (this != LLAMA3) {
      byteLevel(step, false);
      return;
    }
    ArrayNode steps = step.put("type", "Sequence").putArray("processors");
    byteLevel(steps.addObject(), true);
    ArrayNode template = steps.addObject().put("type", "TemplateProcessing").putArray("single");
    template.addObject().putObject("SpecialToken").put("id", "<|begin_of_text|>").put("type_id", 0);
    template.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
  }

  private static ObjectNode byteLevel(ObjectNode node, boolean flags) {
    node.put("type", "ByteLevel").put("add_prefix_space", flags);
    return node.put("trim_offsets", true).put("use_regex", flags);
  }
}
