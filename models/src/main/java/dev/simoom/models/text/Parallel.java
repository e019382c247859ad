package dev.simoom.models.text;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Works on documents in contiguous groups, one per thread. */
final class Parallel {
  private Parallel() {}

  /**
   * Applies the work to each of at most {@code threads} groups of about equal size, and gives the
   * results in order.
   */
  static <R> List<R> overGroups(
      List<byte[]> documents, int threads, Function<List<byte[]>, R> work) {
    List<List<byte[]>> groups = groups(documents, threads);
    if (groups.size() == 1) {
      return List.of(work.apply(groups.getFirst()));
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(groups.size())) {
      List<Future<R>> futures = new ArrayList<>();
      for (List<byte[]> group : groups) {
        futures.add(pool.submit(() -> work.apply(group)));
      }
      List<R> results = new ArrayList<>();
      for (Future<R> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new IllegalStateException("work on a group of documents failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while working on documents", e);
    }
  }

  private static List<List<byte[]>> groups(List<byte[]> documents, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + " but must be at least 1");
    }
    long total = documents.stream().mapToLong(d -> d.length).sum();
    List<List<byte[]>> groups = new ArrayList<>();
    int from = 0;
    long seen = 0;
    for (int i = 0; i < documents.size(); i++) {
      seen += documents.get(i).length;
      if (seen * threads >= total * (groups.size() + 1) || i == documents.size() - 1) {
        groups.add(documents.subList(from, i + 1));
        from = i + 1;
      }
    }
    return groups.isEmpty() ? List.of(documents) : groups;
  }
}
