package dev.simoom.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simoom.bench.suite.JvmPeer;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ejml.dense.row.CommonOps_MT_FDRM;

/** Products of EJML. */
public final class EjmlPeer implements JvmPeer {
  @Override
  public String name() {
    return "EJML";
  }

  @Override
  public Run prepare(JsonNode spec, int threads) {
    Product p = Product.of(spec);
    EjmlConcurrency.setMaxThreads(threads);
    FMatrixRMaj a = matrix(p.a(), p.transA() ? p.k() : p.m());
    FMatrixRMaj b = matrix(p.b(), p.transB() ? p.n() : p.k());
    FMatrixRMaj c = new FMatrixRMaj(p.m(), p.n());
    boolean parallel = threads > 1;
    return new HeapRun(() -> multiply(p, a, b, c, parallel), c.data);
  }

  private static FMatrixRMaj matrix(float[] numbers, int rows) {
    return FMatrixRMaj.wrap(rows, numbers.length / rows, numbers);
  }

  private static void multiply(
      Product p, FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c, boolean parallel) {
    if (p.transA() && p.transB()) {
      if (parallel) {
        CommonOps_MT_FDRM.multTransAB(a, b, c);
      } else {
        CommonOps_FDRM.multTransAB(a, b, c);
      }
    } else if (p.transA()) {
      if (parallel) {
        CommonOps_MT_FDRM.multTransA(a, b, c);
      } else {
        CommonOps_FDRM.multTransA(a, b, c);
      }
    } else if (p.transB()) {
      if (parallel) {
        CommonOps_MT_FDRM.multTransB(a, b, c);
      } else {
        CommonOps_FDRM.multTransB(a, b, c);
      }
    } else if (parallel) {
      CommonOps_MT_FDRM.mult(a, b, c);
    } else {
      CommonOps_FDRM.mult(a, b, c);
    }
  }
}
