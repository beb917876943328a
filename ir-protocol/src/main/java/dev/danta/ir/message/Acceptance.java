package dev.danta.ir.message;

import dev.danta.ir.id.Ballot;

/** The result accepted last, and the ballot it was proposed with. */
public record Acceptance(Ballot ballot, Result result) {}
