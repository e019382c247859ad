package dev.simoom.bench.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** A Java worker's end of the protocol; {@link BenchWorker} describes it. */
final class Answers {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Answers() {}

  /** Answers standard input until it ends; what else is printed goes to standard error. */
  static void serve(UnaryOperator<JsonNode> worker) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      answers.println(MAPPER.writeValueAsString(worker.apply(MAPPER.readTree(line))));
      answers.flush();
    }
  }

  static ObjectNode done() {
    return MAPPER.createObjectNode().put("ok", true);
  }

  static ObjectNode failed(String error) {
    return MAPPER.createObjectNode().put("ok", false).put("error", error);
  }

  /** For a work that a peer does not have, which is no failure. */
  static ObjectNode unsupported(String reason) {
    return failed(reason).put("unsupported", true);
  }
}
