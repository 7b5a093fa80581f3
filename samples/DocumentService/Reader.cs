using Microsoft.AspNetCore.Mvc;

namespace Sovereignty.DocumentService;

/// <summary>Who wants to see something, through which region and for what.</summary>
internal readonly record struct Reader(
    [FromHeader(Name = "X-Person")] string Person, [FromHeader(Name = "X-Region")] string Region, [FromHeader(Name = "X-Purpose")] string Purpose);
