package dev.danta.ir.upkeep;

import dev.danta.ir.message.OpenOp;
import dev.danta.ir.runtime.Report;
import java.util.List;

/** These must be settled before anything older than them can be forgotten. */
public record Unsettled(List<OpenOp> open) implements Report {
    public Unsettled {
        open = List.copyOf(open);
    }
}
