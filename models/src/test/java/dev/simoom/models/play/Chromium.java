package dev.simoom.models.play;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One page in a headless Chromium, driven over the DevTools protocol. */
final class Chromium implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int PATIENCE_SECONDS = 10;
  private static final String LISTENING = "DevTools listening on ";

  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
  private String session = "";
  private int lastId;

  private Chromium(Process process, URI tools) {
    this.process = process;
    socket = http.newWebSocketBuilder().buildAsync(tools, new Answers()).join();
  }

  static Optional<Path> find() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(name -> Arrays.stream(path()).map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String[] path() {
    return Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator);
  }

  /**
   * Starts the browser.
   *
   * @param folder for its files; downloads go there too
   */
  static Chromium start(Path program, Path folder, int width, int height) throws Exception {
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder.resolve("profile"),
                "--window-size=" + width + "," + height,
                "about:blank")
            .redirectErrorStream(true)
            .start();
    Chromium browser = new Chromium(process, tools(process.inputReader()));
    ObjectNode blank = parameters().put("url", "about:blank");
    String target = browser.send("Target.createTarget", blank).get("targetId").asText();
    ObjectNode attach = parameters().put("targetId", target).put("flatten", true);
    browser.session = browser.send("Target.attachToTarget", attach).get("sessionId").asText();
    ObjectNode downloads = parameters().put("behavior", "allow");
    browser.send("Browser.setDownloadBehavior", downloads.put("downloadPath", folder.toString()));
    return browser;
  }

  private static URI tools(BufferedReader output) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(LISTENING)) {
        Thread.ofVirtual().start(() -> output.lines().forEach(_ -> {}));
        return URI.create(line.substring(LISTENING.length()));
      }
    }
    throw new IOException("Chromium ended before it listened");
  }

  static ObjectNode parameters() {
    return MAPPER.createObjectNode();
  }

  void open(URI address) throws Exception {
    send("Page.navigate", parameters().put("url", address.toString()));
    await("location.href === '" + address + "' && document.readyState === 'complete'");
  }

  /** The value of an expression in the page, a promise's once it is there. */
  JsonNode evaluate(String expression) throws Exception {
    ObjectNode call = parameters().put("expression", expression).put("returnByValue", true);
    JsonNode answer = send("Runtime.evaluate", call.put("awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new IllegalStateException(answer.get("exceptionDetails").toString());
    }
    return answer.get("result").path("value");
  }

  /** Waits until an expression is true. */
  void await(String condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!evaluate("Boolean(" + condition + ")").asBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not so after " + PATIENCE_SECONDS + " s: " + condition);
      }
      Thread.sleep(20);
    }
  }

  void key(boolean down, String key, String code) throws Exception {
    ObjectNode event = parameters().put("type", down ? "keyDown" : "keyUp");
    send("Input.dispatchKeyEvent", event.put("key", key).put("code", code));
  }

  void mouse(String type, double x, double y) throws Exception {
    ObjectNode event = parameters().put("type", type).put("x", x).put("y", y);
    event.put("button", "left").put("buttons", 1).put("clickCount", 1);
    send("Input.dispatchMouseEvent", event);
  }

  private JsonNode send(String method, ObjectNode parameters) throws Exception {
    int id = ++lastId;
    ObjectNode message = parameters().put("id", id).put("method", method);
    message.set("params", parameters);
    if (!session.isEmpty() && !method.startsWith("Browser.")) {
      message.put("sessionId", session);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    pending.put(id, answer);
    socket.sendText(message.toString(), true).join();
    JsonNode answered = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (answered.has("error")) {
      throw new IOException(method + ": " + answered.get("error"));
    }
    return answered.get("result");
  }

  /** Ends the browser as a person would, so that it clears up; by force if it does not listen. */
  @Override
  public void close() {
    try {
      send("Browser.close", parameters());
      process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    } catch (Exception e) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    } finally {
      socket.abort();
      http.shutdownNow();
    }
  }

  /** Puts the pieces of messages together and hands them to those who wait. */
  private final class Answers implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        try {
          JsonNode message = MAPPER.readTree(text.toString());
          CompletableFuture<JsonNode> waiting = pending.remove(message.path("id").asInt());
          if (waiting != null) {
            waiting.complete(message);
          }
        } catch (IOException e) {
          pending.values().forEach(waiting -> waiting.completeExceptionally(e));
        }
        text.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedStage(null);
    }
  }
}
