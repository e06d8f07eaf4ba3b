using System.Security.Cryptography;
using System.Text;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Several sources that one load takes together.</summary>
internal abstract class ComposedLoadSource : LoadSource
{
    private protected ComposedLoadSource(string description, IReadOnlyList<SourcePart> parts)
        : base(description)
    {
        Parts = parts;
        foreach (LoadSource part in parts.Select(part => part.Source).Where(part => part is FileLoadSource { Files.IsSingle: false }))
            throw new ArgumentException($"The {part.Description} may be several files and cannot be a part of another source. Load them into a table of the landing or enterprise zone first, or name the files one by one.", nameof(parts));
        foreach (LoadSource part in parts.Select(part => part.Source).Where(part => part is FileLoadSource { IsReadByEngine: true }))
            throw new ArgumentException($"The {part.Description} are read by the engine itself and cannot be a part of another source. Load them into a table of the landing or enterprise zone first.", nameof(parts));
        foreach (LoadSource part in parts.Select(part => part.Source).Where(part => part is LandedLoadSource or DerivedLoadSource))
            throw new ArgumentException($"Rows {part.Description} move on with their own target and cannot be a part of another source. Load them into an enterprise table, and give its rows as Source.Query.", nameof(parts));
    }

    public IReadOnlyList<SourcePart> Parts { get; }

    /// <summary>The parts that are staged, in order, from 1; those of a part that is composed itself come before it.</summary>
    public IReadOnlyList<int> PartNumbers => [.. Enumerable.Range(1, Count(this))];

    /// <summary>Known again when every part is a file that is.</summary>
    public async Task<FileFingerprint?> FingerprintAsync(IStageClient stage, CancellationToken cancellationToken)
    {
        List<FileFingerprint> files = [];
        foreach (SourcePart part in Parts)
        {
            FileFingerprint? file = part.Source switch
            {
                RowLoadSource rows => await rows.FingerprintAsync(stage, cancellationToken).ConfigureAwait(false),
                ComposedLoadSource composed => await composed.FingerprintAsync(stage, cancellationToken).ConfigureAwait(false),
                _ => null,
            };
            if (file is null)
                return null;
            files.Add(file);
        }

        string checksums = string.Join('\n', files.Select(file => $"{file.Path} {file.Sha256}"));
        return new FileFingerprint(string.Join(" + ", files.Select(file => file.Path)), files.Sum(file => file.Length), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(checksums))));
    }

    /// <summary>The columns that a part has to bring for a target.</summary>
    public abstract IReadOnlyList<RowShape> Shapes(LoadTarget target);

    private static int Count(ComposedLoadSource source) => source.Parts.Sum(part => 1 + (part.Source is ComposedLoadSource inner ? Count(inner) : 0));

    /// <summary>The columns that rows of a type bring: of the target where it has them by property or name, in its types.</summary>
    private protected static RowShape ShapeOf(Type rowType, LoadTarget target, IReadOnlySet<string>? further = null)
    {
        List<SourceColumn> columns = [];
        foreach (var property in RowShape.ReadableProperties(rowType))
        {
            SourceColumn? wanted = target.SourceColumns.FirstOrDefault(column => column.Property?.Name == property.Name)
                ?? target.SourceColumns.FirstOrDefault(column => column.Name == Identifier.SnakeCase(property.Name));
            if (wanted is null && further?.Contains(property.Name) != true)
                throw new ArgumentException($"{rowType.Name}.{property.Name} is no column that {target.Name} takes; it takes {string.Join(", ", target.SourceColumns.Select(column => column.Name))}. Nothing was loaded.");
            ColumnType type = wanted?.Type ?? ColumnType.FromClr(property.PropertyType, target.Conventions.DecimalType)
                ?? throw new ArgumentException($"{rowType.Name}.{property.Name} is a {property.PropertyType.Name}, which no column can hold. Nothing was loaded.");
            if (!ReadExpression.IsPossible(property.PropertyType, type))
                throw new ArgumentException($"{rowType.Name}.{property.Name} is a {property.PropertyType.Name}, but {target.Name} takes {type}. Nothing was loaded.");
            columns.Add(new SourceColumn(wanted?.Name ?? Identifier.SnakeCase(property.Name), type) { Property = property });
        }

        return new RowShape(rowType, columns);
    }
}

/// <summary>One of several sources, and how rejects and rows name it.</summary>
internal sealed record SourcePart(LoadSource Source, string Name);

/// <summary>The columns of one part, in the name of the table that the load is for.</summary>
internal sealed class PartTarget(LoadTarget target, RowShape rows) : LoadTarget(target.Zone, target.Schema, rows, target.Conventions);
