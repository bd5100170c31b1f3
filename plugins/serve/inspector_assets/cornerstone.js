/** What the inspector takes of Cornerstone3D. */
export {
  cache,
  Enums,
  eventTarget,
  getRenderingEngine,
  imageLoader,
  init,
  metaData,
  RenderingEngine,
  utilities,
} from "@cornerstonejs/core";
export {
  addTool,
  annotation,
  Enums as ToolEnums,
  init as initTools,
  LengthTool,
  PanTool,
  StackScrollTool,
  ToolGroupManager,
  WindowLevelTool,
  ZoomTool,
} from "@cornerstonejs/tools";
