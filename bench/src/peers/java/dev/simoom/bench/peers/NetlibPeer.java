package dev.simoom.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.simoom.bench.suite.JvmPeer;

/** BLAS of dev.ludovic.netlib in Java, on the Vector API where it can; one thread, column-major. */
public final class NetlibPeer implements JvmPeer {
  @Override
  public String name() {
    return "netlib";
  }

  @Override
  public Run prepare(JsonNode spec, int threads) {
    Product p = Product.of(spec);
    BLAS blas = JavaBLAS.getInstance();
    float[] a = p.a();
    float[] b = p.b();
    float[] c = new float[p.m() * p.n()];
    // Our row-major C = A B is the column-major C' = B' A'.
    String first = p.transB() ? "T" : "N";
    String second = p.transA() ? "T" : "N";
    int strideOfB = p.transB() ? p.k() : p.n();
    int strideOfA = p.transA() ? p.m() : p.k();
    return new HeapRun(
        () ->
            blas.sgemm(
                first, second, p.n(), p.m(), p.k(), 1, b, strideOfB, a, strideOfA, 0, c, p.n()),
        c);
  }
}
