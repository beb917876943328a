package dev.danta.ir.runtime;

/** Receives what a machine tells its own process. Called on the driver's thread; must not block. */
public interface Reports {
    void tell(Report report);
}
