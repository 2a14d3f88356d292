# test/bench/live_rollups.pl: what test/bench/measure, which loads it, does about live rollups. It runs last, as it changes
# rows. Figures go into %rollup, in milliseconds and transactions a second; what has to be equal or exact stops the run.
use strict;
use warnings;

our ($size, $rounds, $work);
my %rollup;

my $card = q{scorecard(received, concluded, mediated(outcome), satisfied(satisfaction), escalated, cleared, 'Asia/Shanghai') AS card};
my @waiting = (0, 1000, 100000); # rows of the state

# Milliseconds of each command that is timed
sub timed { return ask("\\timing on\n\\o /dev/null\n@_\n\\o\n\\timing off") =~ /^Time: ([\d.]+) ms/mg }

sub keep
{
	my ($name, $table) = @_;
	return "SELECT create_rollup('$name', \$\$SELECT county, $card FROM $table GROUP BY county\$\$, auto_fold => false);";
}

sub exact
{
	for my $name (@_)
	{
		my $different = ask("SELECT * FROM verify_rollup('$name');");
		die "rollup $name is not exact:\n$different" if $different ne '';
	}
}

# Every county's verdict for a month, from the rollup and from the rows
sub prepare_verdicts
{
	for ([ verdicts => 'bureau' ], [ scan => "(SELECT county, $card FROM complaint GROUP BY county) AS bureau" ])
	{
		ask("PREPARE $_->[0] AS SELECT county, (v).* FROM $_->[1], verdict(card, period('month', '2024-09-01'), zone => 'Asia/Shanghai') AS v ORDER BY county;");
	}
}

sub read_rollup { return median(timed('EXECUTE verdicts;' x (shift() < 100000 ? 101 : 21))) }

# As so many statements leave it that change one complaint
sub let_wait
{
	my $rows = shift;
	return if !$rows;
	ask("DO \$\$BEGIN FOR i IN 1 .. $rows LOOP
		UPDATE complaint SET outcome = CASE outcome WHEN 'mediated' THEN 'failed' ELSE 'mediated' END::mediation_outcome
		WHERE id = (i * 7919::bigint) % ($size / 2) + 1; END LOOP; END\$\$;");
	my $waiting = ask("SELECT waiting FROM rollups WHERE name = 'bureau';");
	die "$waiting rows wait, not $rows\n" if $waiting != $rows;
}

sub measure_reading
{
	ask('SET max_parallel_workers_per_gather = 0; ALTER TABLE complaint ADD PRIMARY KEY (id); ANALYZE complaint;');
	($rollup{create}) = timed(keep('bureau', 'complaint'));
	prepare_verdicts();
	for my $rows (@waiting)
	{
		let_wait($rows);
		die "rollup and scan differ\n" if ask('EXECUTE verdicts;') ne ask('EXECUTE scan;');
		$rollup{"read $rows"} = read_rollup($rows);
		($rollup{"fold $rows"}) = timed("SELECT fold_rollup('bureau');");
		$rollup{"folded $rows"} = read_rollup(0);
		ask('VACUUM bureau_state;');
	}
	$rollup{scan} = median(timed('EXECUTE scan;' x $rounds));
	($rollup{rebuild}, $rollup{verify}) = timed("SELECT rebuild_rollup('bureau');\nSELECT * FROM verify_rollup('bureau');");
	exact('bureau');
	ask("SELECT drop_rollup('bureau');");
}

# Two equal tables with indexes, one of them with a rollup
sub measure_copy
{
	my %copy;
	ask("COPY (SELECT * FROM complaint WHERE id % 5 = 0) TO '$work/complaint.copy';");
	for my $table (qw(desk_without desk_with))
	{
		ask("CREATE TABLE $table (LIKE complaint, PRIMARY KEY (id)); CREATE INDEX ON $table (county, received);");
	}
	ask("SELECT create_rollup('desk', \$\$SELECT county, $card FROM desk_with GROUP BY county\$\$);");
	for my $round (0 .. $rounds)
	{
		for my $side ($round % 2 ? qw(without with) : qw(with without))
		{
			ask("TRUNCATE desk_$side; CHECKPOINT;");
			my ($ms) = timed("COPY desk_$side FROM '$work/complaint.copy';");
			push @{ $copy{$side} }, $ms if $round; # the first one warms up
		}
	}
	$rollup{"copy $_"} = median(@{ $copy{$_} }) for keys %copy;
	exact('desk');
}

sub write_updates
{
	for my $side (qw(without with))
	{
		open my $script, '>', "$work/$side.sql" or die "$work/$side.sql: $!\n";
		print $script "\\set id 5 * random(1, ", $size / 5, ")\n",
			"UPDATE desk_$side SET satisfaction = CASE WHEN satisfied(satisfaction) THEN 'dissatisfied' ELSE 'satisfied' END::satisfaction WHERE id = :id;\n";
		close $script;
	}
}

# Updates a second on either side, by clients who take the one or the other at random: what slows the machine down slows both
sub pgbench
{
	my ($clients, %latency) = 2;
	my $report = `pgbench -n -M prepared -c $clients -j $clients -T $_[0] -f $work/without.sql -f $work/with.sql 2>$work/pgbench.log`;
	$latency{$1} = $2 while $report =~ m{^SQL script \d: \S*/(\w+)\.sql\n.*?latency average = ([\d.]+) ms}msg;
	die "pgbench failed:\n" . slurp("$work/pgbench.log") if keys %latency != 2;
	return map { $_ => 1000 * $clients / $latency{$_} } keys %latency;
}

sub measure_updates
{
	my $seconds = $size < 5000000 ? 1 : 4;
	my @before = map { (split ' ', ask("SHOW $_;"))[0] } qw(fsync synchronous_commit);
	write_updates();
	for my $fsync (qw(on off))
	{
		my (%rates, @kept);
		ask("ALTER SYSTEM SET fsync = $fsync;\nALTER SYSTEM SET synchronous_commit = $fsync;\nSELECT pg_reload_conf(), pg_sleep(1);");
		for (1 .. 3 * $rounds)
		{
			ask('VACUUM desk_without, desk_with, desk_state; CHECKPOINT;');
			my %rate = pgbench($seconds);
			push @{ $rates{$_} }, $rate{$_} for keys %rate;
			push @kept, $rate{with} / $rate{without};
		}
		$rollup{"fsync $fsync $_"} = median(@{ $rates{$_} }) for keys %rates;
		$rollup{"fsync $fsync kept"} = median(@kept);
	}
	ask("ALTER SYSTEM RESET fsync;\nALTER SYSTEM RESET synchronous_commit;\nSELECT pg_reload_conf(), pg_sleep(1);");
	die "the settings did not come back\n" if "@before" ne join ' ', map { (split ' ', ask("SHOW $_;"))[0] } qw(fsync synchronous_commit);
	exact('desk');
}

sub measure_rollups
{
	measure_reading();
	measure_copy();
	measure_updates();
}

sub report_rollups
{
	my $thousands = sub { (my $n = sprintf '%.0f', shift) =~ s/(?<=\d)(?=(\d{3})+$)/,/g; return $n };
	table('Live rollups: the verdicts of all counties on a month, in milliseconds',
		[ 'rows that wait', 'reading', 'reading the rows instead', 'fold', 'reading after it' ],
		map { [ $thousands->($_), sprintf('%.2f', $rollup{"read $_"}), ms($rollup{scan}), ms($rollup{"fold $_"}), sprintf('%.2f', $rollup{"folded $_"}) ] } @waiting);
	table('Live rollups: writing', [ '', 'without', 'with a scorecard by county', 'ratio' ],
		[ 'COPY of ' . $thousands->($size / 5) . ' rows, in milliseconds', ms($rollup{'copy without'}), ms($rollup{'copy with'}),
			ratio($rollup{'copy with'}, $rollup{'copy without'}) ],
		map { [ "updates of a row a second by 2 clients, `fsync` $_", $thousands->($rollup{"fsync $_ without"}), $thousands->($rollup{"fsync $_ with"}),
			sprintf('%.2f', $rollup{"fsync $_ kept"}) ] } qw(on off));
	table('Live rollups: as a whole, in milliseconds', [ '', "$size rows" ],
		[ '`create_rollup`', ms($rollup{create}) ], [ '`rebuild_rollup`', ms($rollup{rebuild}) ], [ '`verify_rollup`', ms($rollup{verify}) ]);
}

sub rollup_targets
{
	return (
		[ 'every verdict from a rollup, in milliseconds', $rollup{'read 0'}, 'at most', 5 ],
		[ 'COPY with a rollup, times COPY without', $rollup{'copy with'} / $rollup{'copy without'}, 'at most', 1.35 ],
		[ 'updates of a row, `fsync` on, of the rate without', $rollup{'fsync on kept'}, 'at least', 0.9 ],
		[ 'updates of a row, `fsync` off, of the rate without', $rollup{'fsync off kept'}, 'at least', 0.8 ]);
}

1;
