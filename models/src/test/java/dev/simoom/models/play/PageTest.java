package dev.simoom.models.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The page in a browser, where there is one: a person starts, plays, draws and saves. */
class PageTest {
  static final String NUMBER = "Number(document.getElementById('frame').textContent.slice(6))";
  private static final String LABEL =
      "document.getElementById('screen').getAttribute('aria-label')";
  private static final String PIXEL =
      "[...document.getElementById('screen').getContext('2d').getImageData(2, 2, 1,"
          + " 1).data].join()";

  static final String PICTURE = "document.getElementById('screen').toDataURL()";

  /** Browsers leave files open for a moment. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void aPersonPlays() throws Exception {
    Optional<Path> program = Chromium.find();
    assumeTrue(program.isPresent(), "no Chromium on PATH");
    try (PlayServer server = PlayDemo.start(new FakeWorld(), 0);
        Chromium browser = Chromium.start(program.get(), folder, 1280, 800)) {
      browser.open(server.address());
      browser.await(NUMBER + " === 1");
      playWithKeys(browser);
      goBack(browser);
      save(browser);
      draw(browser);
      drop(browser);
    }
  }

  private static void playWithKeys(Chromium browser) throws Exception {
    browser.key(true, "ArrowRight", "ArrowRight");
    browser.key(false, "ArrowRight", "ArrowRight");
    browser.await(LABEL + " === 'Frame 2, after: runs right'");
    browser.key(true, "5", "Digit5");
    browser.await(NUMBER + " > 8");
    browser.key(false, "5", "Digit5");
    browser.await("!document.querySelector('.pressed')");
    assertThat(browser.evaluate(LABEL).asText()).endsWith("after: jumps left");
  }

  private static void goBack(Chromium browser) throws Exception {
    int played = browser.evaluate(NUMBER).asInt();
    browser.key(true, "u", "KeyU");
    browser.await(NUMBER + " === " + (played - 1));
    browser.evaluate("document.querySelectorAll('#strip button')[2].click()");
    browser.await(NUMBER + " === 3");
    assertThat(browser.evaluate("document.getElementById('strip').children.length").asInt())
        .isEqualTo(3);
  }

  private void save(Chromium browser) throws Exception {
    browser.evaluate("document.getElementById('save').click()");
    browser.await("document.querySelector('.toast')");
    Path saved = folder.resolve("simoom-game.gif");
    for (int i = 0; i < 200 && !Files.exists(saved); i++) {
      Thread.sleep(20);
    }
    assertThat(saved).hasContent("GIF89a 64x48, 3 frames");
  }

  static void draw(Chromium browser) throws Exception {
    browser.evaluate("document.getElementById('tab-draw').click()");
    browser.evaluate("document.getElementById('pad').scrollIntoView({block: 'center'})");
    JsonNode box =
        browser.evaluate("document.getElementById('pad').getBoundingClientRect().toJSON()");
    double x = box.get("x").asDouble();
    double y = box.get("y").asDouble();
    String before = browser.evaluate(PIXEL).asText();
    browser.mouse("mousePressed", x + 1, y + 1);
    browser.mouse("mouseMoved", x + box.get("width").asDouble() / 4, y + 40);
    browser.mouse("mouseReleased", x + box.get("width").asDouble() / 4, y + 40);
    browser.evaluate("document.getElementById('pad-play').click()");
    browser.await(NUMBER + " === 1");
    browser.await(PIXEL + " !== '" + before + "'");
    String colour = "document.querySelector('#swatches [aria-checked=true]').dataset.colour";
    assertThat(browser.evaluate(PIXEL + ".split(',').slice(0, 3).join()").asText())
        .isEqualTo(rgb(browser.evaluate(colour).asText()));
  }

  private static String rgb(String colour) {
    int value = Integer.decode(colour);
    return (value >> 16) + "," + (value >> 8 & 0xff) + "," + (value & 0xff);
  }

  static void drop(Chromium browser) throws Exception {
    browser.evaluate(
        """
        (async () => {
          const canvas = new OffscreenCanvas(128, 96);
          const context = canvas.getContext('2d');
          context.fillStyle = 'purple';
          context.fillRect(0, 0, 128, 96);
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(
              new File([await canvas.convertToBlob()], 'a.png', {type: 'image/png'}));
          document.body.dispatchEvent(new DragEvent('drop', {dataTransfer, bubbles: true}));
        })()
        """);
    browser.await(PIXEL + " === '128,0,128,255'");
  }
}
