package dev.simoom.models.genie;

import dev.simoom.models.video.ImageQuality;
import dev.simoom.models.video.Video;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Tensor;
import java.util.List;

/**
 * How well a tokenizer draws what it saw.
 *
 * @param psnr in decibels
 * @param changedPsnr of pixels that differ from the frame before
 * @param ssim mean structural similarity
 * @param perplexity of the codes, as if so many were used equally often
 * @param used share of the codes that are used at all
 */
public record TokenizerMetrics(
    double psnr, double changedPsnr, double ssim, double perplexity, double used) {
  private static final int BATCH = 4;

  /** Measures clips of episodes that follow each other, the last of each batch being whole. */
  public static TokenizerMetrics of(VideoTokenizer tokenizer, List<Video> episodes, int frames) {
    Clips clips = new Clips(episodes, frames);
    FrameShape shape = tokenizer.frame();
    PixelError error = new PixelError();
    long[] usage = new long[tokenizer.quantizer().codes()];
    double ssim = 0;
    long count = 0;
    List<Clips.Place> all = clips.inOrder(frames);
    try (Program program =
        Program.ofMany(
            x -> {
              Tensor codes = tokenizer.encode(x.getFirst());
              return List.of(codes, tokenizer.decode(codes));
            })) {
      for (int from = 0; from < all.size(); from += BATCH) {
        List<Clips.Place> some = all.subList(from, Math.min(all.size(), from + BATCH));
        try (Scope _ = Scope.open()) {
          List<Tensor> results = program.runAll(CodedClips.patches(clips, some, shape));
          for (int code : results.get(0).toIntArray()) {
            usage[code]++;
          }
          float[] drawn = results.get(1).toFloatArray();
          for (int i = 0; i < some.size() * frames; i++) {
            Video episode = episodes.get(some.get(i / frames).episode());
            int t = some.get(i / frames).start() + i % frames;
            byte[] frame = new byte[shape.bytes()];
            shape.toBytes(drawn, i * shape.elements(), frame, 0);
            byte[] truth = episode.frame(t);
            error.add(frame, truth, t == 0 ? null : episode.frame(t - 1));
            ssim += ImageQuality.ssim(frame, truth, shape.height(), shape.width());
            count++;
          }
        }
      }
    }
    return new TokenizerMetrics(
        error.psnr(), error.changedPsnr(), ssim / count, perplexity(usage), used(usage));
  }

  private static double perplexity(long... usage) {
    double total = 0;
    for (long count : usage) {
      total += count;
    }
    double entropy = 0;
    for (long count : usage) {
      entropy -= count == 0 ? 0 : count / total * Math.log(count / total);
    }
    return Math.exp(entropy);
  }

  private static double used(long... usage) {
    long used = 0;
    for (long count : usage) {
      used += count > 0 ? 1 : 0;
    }
    return (double) used / usage.length;
  }
}
